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

func TestPaymentsClientCountsEveryTry(t *testing.T) {
	for name, failure := range map[string]roundTripper{
		"refused": answer(http.StatusServiceUnavailable, ""),
		"hanging": func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := paymentsSettings(t)
				cfg.Retry = config.Retry{
					Attempts:          2,
					PerAttemptTimeout: time.Second,
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
				tries := 0
				client := NewPayments(cfg, roundTripper(func(req *http.Request) (*http.Response, error) {
					tries++
					return failure(req)
				}))
				_, _ = client.Item(t.Context(), "7")
				_, err := client.Item(t.Context(), "7")
				if _, open := errors.AsType[*breaker.OpenError](err); !open || tries != 2 {
					t.Errorf("got %v after %d tries", err, tries)
				}
			})
		})
	}
}
