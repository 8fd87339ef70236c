package upstream

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/acme/pricing/internal/config"
)

func TestPaymentsClientTriesAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := paymentsSettings(t)
		cfg.Retry = config.Retry{
			Attempts:          2,
			PerAttemptTimeout: time.Second,
			BackoffInitial:    time.Millisecond,
			BackoffMax:        time.Millisecond,
			On:                []string{"429"},
			Budget:            1,
		}
		tries := 0
		client := NewPayments(cfg, roundTripper(func(req *http.Request) (*http.Response, error) {
			tries++
			if tries == 1 {
				return answer(http.StatusTooManyRequests, "")(req)
			}
			return answer(http.StatusOK, `{"id": "7", "name": "lamp"}`)(req)
		}))
		if item, err := client.Item(t.Context(), "7"); err != nil || item.Name != "lamp" || tries != 2 {
			t.Errorf("got %+v, %v after %d tries", item, err, tries)
		}
	})
}
