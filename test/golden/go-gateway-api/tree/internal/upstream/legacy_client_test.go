package upstream

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/acme/orders/internal/config"
)

func legacySettings(t *testing.T) config.LegacyUpstream {
	t.Helper()
	cfg, err := config.Load(func(string) (string, bool) { return "", false })
	if err != nil {
		t.Fatal(err)
	}
	cfg.Upstreams.Legacy.Timeout = time.Hour
	return cfg.Upstreams.Legacy
}

func TestLegacyClient(t *testing.T) {
	var seen *http.Request
	client := NewLegacy(legacySettings(t), roundTripper(func(req *http.Request) (*http.Response, error) {
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

	client = NewLegacy(legacySettings(t), answer(http.StatusNotFound, ""))
	if _, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "legacy") {
		t.Errorf("an error must name the upstream: %v", err)
	}
}

func TestLegacyClientTakesAWholeItemOnly(t *testing.T) {
	for _, content := range []string{`{}`, `{"id": "7"}`, `{"id": "7", "name": ""}`, `{"id": "", "name": "lamp"}`} {
		client := NewLegacy(legacySettings(t), answer(http.StatusOK, content))
		if item, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "legacy") {
			t.Errorf("%s: got %+v, %v", content, item, err)
		}
	}
}
