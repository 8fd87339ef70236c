package grpcapi

import (
	"context"
	"fmt"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/upstream"
)

func TestOpenBreakerIsUnavailable(t *testing.T) {
	log := captureLog(t)
	_, err := getFrom(t, func(context.Context, string) (upstream.Item, error) {
		return upstream.Item{}, fmt.Errorf("get an item: %w", &breaker.OpenError{Upstream: "upstream", OpenFor: 10 * time.Second})
	}, "stock", "7")
	if status.Code(err) != codes.Unavailable {
		t.Errorf("got %v", err)
	}
	if log.Len() > 0 { // the breaker counts what it refuses
		t.Errorf("logged %s", log)
	}
}
