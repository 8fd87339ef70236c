package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/upstream"
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
	inventoryClient, err := upstream.NewInventory(cfg.Upstreams.Inventory)
	if err != nil {
		t.Fatal(err)
	}
	if item, err := inventoryClient.Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("inventory has %+v, %v", item, err)
	}
	if items, err := inventoryClient.Items(t.Context()); err != nil || len(items) != 1 {
		t.Errorf("inventory lists %+v, %v", items, err)
	}
	if item, err := upstream.NewPayments(cfg.Upstreams.Payments, http.DefaultTransport).Item(t.Context(), "7"); err != nil || item.ID != "7" {
		t.Errorf("payments has %+v, %v", item, err)
	}
}
