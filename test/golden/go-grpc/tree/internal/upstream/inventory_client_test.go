package upstream

import (
	"context"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls/callstest"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

func inventorySettings(t *testing.T) config.InventoryUpstream {
	t.Helper()
	cfg, err := config.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Upstreams.Inventory.Timeout = time.Hour
	return cfg.Upstreams.Inventory
}

func inventoryClient(t *testing.T, cfg config.InventoryUpstream, upstream *callstest.Upstream) *InventoryClient {
	t.Helper()
	cfg.URL = upstream.Serve(t)
	client, err := NewInventory(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func TestInventoryClient(t *testing.T) {
	upstream := &callstest.Upstream{
		Get: func(_ context.Context, request *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
			if request.GetId() != "a/b" {
				return nil, status.Error(codes.NotFound, "no such item")
			}
			return callstest.Lamp("a/b"), nil
		},
		List: func(stream grpc.ServerStreamingServer[itemsv1.ListItemsResponse]) error {
			return stream.Send(&itemsv1.ListItemsResponse{Item: callstest.Lamp("7").GetItem()})
		},
	}
	client := inventoryClient(t, inventorySettings(t), upstream)
	if item, err := client.Item(t.Context(), "a/b"); err != nil || item != (Item{ID: "a/b", Name: "lamp"}) {
		t.Errorf("got %+v, %v", item, err)
	}
	if items, err := client.Items(t.Context()); err != nil || len(items) != 1 || items[0] != (Item{ID: "7", Name: "lamp"}) {
		t.Errorf("got %+v, %v", items, err)
	}
	if _, err := client.Item(t.Context(), "7"); status.Code(err) != codes.NotFound || !strings.Contains(err.Error(), "inventory") {
		t.Errorf("an error must name the upstream and keep its code: %v", err)
	}
}

func TestInventoryClientTakesAWholeItemOnly(t *testing.T) {
	for _, item := range []*itemsv1.Item{nil, {Id: "7"}, {Name: "lamp"}} {
		upstream := &callstest.Upstream{Get: func(context.Context, *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
			return &itemsv1.GetItemResponse{Item: item}, nil
		}}
		client := inventoryClient(t, inventorySettings(t), upstream)
		if got, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "inventory") {
			t.Errorf("%v: got %+v, %v", item, got, err)
		}
	}
}

func TestInventoryClientEndsWithItsTime(t *testing.T) {
	deadlines := make(chan time.Duration, 2)
	upstream := &callstest.Upstream{}
	upstream.Get = func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		deadline, _ := ctx.Deadline()
		deadlines <- time.Until(deadline)
		return callstest.Lamp("7"), nil
	}
	cfg := inventorySettings(t)
	cfg.Retry.PerAttemptTimeout = time.Hour
	cfg.Timeout = time.Minute
	client := inventoryClient(t, cfg, upstream)
	if _, err := client.Item(t.Context(), "7"); err != nil {
		t.Fatal(err)
	}
	if left := <-deadlines; left > time.Minute || left < time.Second {
		t.Errorf("the upstream has %v, want the timeout of the call", left)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if _, err := client.Item(ctx, "7"); err != nil {
		t.Fatal(err)
	}
	if left := <-deadlines; left > 10*time.Second {
		t.Errorf("the upstream has %v, want what is left of the caller's deadline", left)
	}
}
