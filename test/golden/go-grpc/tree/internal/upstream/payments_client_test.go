package upstream

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/acme/pricing/internal/config"
)

func paymentsSettings(t *testing.T) config.PaymentsUpstream {
	t.Helper()
	cfg, err := config.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Upstreams.Payments.Timeout = time.Hour
	return cfg.Upstreams.Payments
}

func TestPaymentsClient(t *testing.T) {
	var seen *http.Request
	client := NewPayments(paymentsSettings(t), roundTripper(func(req *http.Request) (*http.Response, error) {
		seen = req
		return answer(http.StatusOK, `{"id": "a/b", "name": "lamp"}`)(req)
	}))
	item, err := client.Item(t.Context(), "a/b")
	if err != nil || item != (Item{ID: "a/b", Name: "lamp"}) {
		t.Fatalf("got %+v, %v", item, err)
	}
	if got := seen.URL.EscapedPath(); !strings.HasSuffix(got, "/v1/items/a%2Fb") {
		t.Errorf("the path was %s", got)
	}

	client = NewPayments(paymentsSettings(t), answer(http.StatusNotFound, ""))
	if _, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "payments") {
		t.Errorf("an error must name the upstream: %v", err)
	}
}

func TestPaymentsClientTakesAWholeItemOnly(t *testing.T) {
	for _, content := range []string{`{}`, `{"id": "7"}`, `{"id": "7", "name": ""}`, `{"id": "", "name": "lamp"}`} {
		client := NewPayments(paymentsSettings(t), answer(http.StatusOK, content))
		if item, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "payments") {
			t.Errorf("%s: got %+v, %v", content, item, err)
		}
	}
}
