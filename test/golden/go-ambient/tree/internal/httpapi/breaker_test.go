package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/acme/orders/internal/breaker"
	"github.com/acme/orders/internal/upstream"
)

func TestOpenBreakerIsUnavailable(t *testing.T) {
	log := captureLog(t)
	api := route(func(context.Context, string) (upstream.Item, error) {
		return upstream.Item{}, fmt.Errorf("get an item: %w", &breaker.OpenError{Upstream: "upstream", OpenFor: 10 * time.Second})
	})
	if w := call(t, api, "GET", "/7", ""); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") != "10" {
		t.Errorf("got %d, %v", w.Code, w.Header())
	}
	if log.Len() > 0 { // the breaker counts what it refuses
		t.Errorf("logged %s", log)
	}
}
