package upstream

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/acme/orders/internal/config"
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

func TestInventoryClient(t *testing.T) {
	var seen *http.Request
	client := NewInventory(inventorySettings(t), roundTripper(func(req *http.Request) (*http.Response, error) {
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

	client = NewInventory(inventorySettings(t), answer(http.StatusNotFound, ""))
	if _, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "inventory") {
		t.Errorf("an error must name the upstream: %v", err)
	}
}

func TestInventoryClientTakesAWholeItemOnly(t *testing.T) {
	for _, content := range []string{`{}`, `{"id": "7"}`, `{"id": "7", "name": ""}`, `{"id": "", "name": "lamp"}`} {
		client := NewInventory(inventorySettings(t), answer(http.StatusOK, content))
		if item, err := client.Item(t.Context(), "7"); err == nil || !strings.Contains(err.Error(), "inventory") {
			t.Errorf("%s: got %+v, %v", content, item, err)
		}
	}
}
