package config

import (
	"testing"
	"time"
)

func TestInventoryUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_INVENTORY_URL", "grpc://localhost:9000", "UPSTREAM_INVENTORY_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Inventory.URL != "grpc://localhost:9000" || cfg.Upstreams.Inventory.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Inventory)
	}
	accepts(t, "UPSTREAM_INVENTORY_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_INVENTORY_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_INVENTORY_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_INVENTORY_TIMEOUT", "61m")
}
