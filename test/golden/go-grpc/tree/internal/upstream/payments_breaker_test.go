package upstream

import (
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/config"
)

func TestPaymentsClientOpensItsBreaker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := paymentsSettings(t)
		cfg.CircuitBreaker = config.CircuitBreaker{
			FailureRatio:     1,
			MinimumRequests:  20,
			Window:           1000 * time.Hour,
			OpenFor:          1000 * time.Hour,
			HalfOpenRequests: 1,
		}
		tries := 0
		client := NewPayments(cfg, roundTripper(func(req *http.Request) (*http.Response, error) {
			tries++
			return answer(http.StatusInternalServerError, "")(req)
		}))
		var err error
		for range 21 {
			_, err = client.Item(t.Context(), "7")
		}
		if open, ok := errors.AsType[*breaker.OpenError](err); !ok || open.Upstream != "payments" || tries != 20 {
			t.Errorf("got %v after %d tries", err, tries)
		}
	})
}
