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

func TestInventoryClientCountsEveryTry(t *testing.T) {
	for name, failure := range map[string]func(context.Context) error{
		"refused": func(context.Context) error { return status.Error(codes.Unavailable, "down") },
		"hanging": func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := inventorySettings(t)
			cfg.Retry = config.Retry{
				Attempts:          2,
				PerAttemptTimeout: 200 * time.Millisecond,
				BackoffInitial:    time.Millisecond,
				BackoffMax:        time.Millisecond,
				On:                []string{"503", "timeout"},
				Budget:            1,
			}
			cfg.CircuitBreaker = config.CircuitBreaker{
				FailureRatio:     1,
				MinimumRequests:  2,
				Window:           time.Hour,
				OpenFor:          time.Hour,
				HalfOpenRequests: 1,
			}
			upstream := &callstest.Upstream{Get: func(ctx context.Context, _ *itemsv1.GetItemRequest) (*itemsv1.GetItemResponse, error) {
				return nil, failure(ctx)
			}}
			client := inventoryClient(t, cfg, upstream)
			_, _ = client.Item(t.Context(), "7")
			_, err := client.Item(t.Context(), "7")
			if _, open := errors.AsType[*breaker.OpenError](err); !open || upstream.Calls() != 2 {
				t.Errorf("got %v after %d tries", err, upstream.Calls())
			}
		})
	}
}
