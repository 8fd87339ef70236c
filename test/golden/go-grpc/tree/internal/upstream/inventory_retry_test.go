package upstream

import (
	"context"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls/callstest"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

func TestInventoryClientTriesAgain(t *testing.T) {
	cfg := inventorySettings(t)
	cfg.Retry = config.Retry{
		Attempts:          2,
		PerAttemptTimeout: 200 * time.Millisecond,
		BackoffInitial:    time.Millisecond,
		BackoffMax:        time.Millisecond,
		On:                []string{"429", "timeout"},
		Budget:            1,
	}
	upstream := &callstest.Upstream{}
	upstream.Get = func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		if upstream.Calls() == 1 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return callstest.Lamp("7"), nil
	}
	upstream.List = func(stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
		if upstream.Calls() == 3 {
			return status.Error(codes.ResourceExhausted, "slow down")
		}
		return stream.Send(&itemsv1.ListItemsResponse{Item: callstest.Lamp("7").GetItem()})
	}
	client := inventoryClient(t, cfg, upstream)
	if item, err := client.Item(t.Context(), "7"); err != nil || item.Name != "lamp" || upstream.Calls() != 2 {
		t.Errorf("got %+v, %v after %d tries", item, err, upstream.Calls())
	}
	if items, err := client.Items(t.Context()); err != nil || len(items) != 1 || upstream.Calls() != 4 {
		t.Errorf("got %+v, %v after %d tries", items, err, upstream.Calls())
	}
}
