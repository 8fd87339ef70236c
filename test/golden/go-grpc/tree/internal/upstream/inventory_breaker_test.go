package upstream

import (
	"context"
	"errors"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/calls/callstest"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
)

func TestInventoryClientOpensItsBreaker(t *testing.T) {
	cfg := inventorySettings(t)
	cfg.CircuitBreaker = config.CircuitBreaker{
		FailureRatio:     1,
		MinimumRequests:  20,
		Window:           1000 * time.Hour,
		OpenFor:          1000 * time.Hour,
		HalfOpenRequests: 1,
	}
	upstream := &callstest.Upstream{Get: func(context.Context, *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
		return nil, status.Error(codes.Internal, "bug")
	}}
	client := inventoryClient(t, cfg, upstream)
	var err error
	for range 21 {
		_, err = client.Item(t.Context(), "7")
	}
	if open, ok := errors.AsType[*breaker.OpenError](err); !ok || open.Upstream != "inventory" || upstream.Calls() != 20 {
		t.Errorf("got %v after %d calls", err, upstream.Calls())
	}
}
