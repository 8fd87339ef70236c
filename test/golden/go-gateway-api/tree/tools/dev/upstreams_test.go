package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/upstream"
)

func TestUpstreamsHaveItems(t *testing.T) {
	variables, err := standInUpstreams()
	if err != nil {
		t.Fatal(err)
	}
	cfg, err := config.Load(func(name string) (string, bool) {
		for _, variable := range variables {
			if value, found := strings.CutPrefix(variable, name+"="); found {
				return value, true
			}
		}
		return "", false
	})
	if err != nil {
		t.Fatal(err)
	}
	if item, err := upstream.NewCatalog(cfg.Upstreams.Catalog, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("catalog has %+v, %v", item, err)
	}
	if item, err := upstream.NewLegacy(cfg.Upstreams.Legacy, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("legacy has %+v, %v", item, err)
	}
	if item, err := upstream.NewFeed(cfg.Upstreams.Feed, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("feed has %+v, %v", item, err)
	}
	if item, err := upstream.NewInventory(cfg.Upstreams.Inventory, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("inventory has %+v, %v", item, err)
	}
	if item, err := upstream.NewPrices(cfg.Upstreams.Prices, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("prices has %+v, %v", item, err)
	}
}
