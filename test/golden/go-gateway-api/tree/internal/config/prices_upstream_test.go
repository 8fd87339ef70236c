package config

import (
	"testing"
	"time"
)

func TestPricesUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_PRICES_URL", "http://localhost:9000/base/", "UPSTREAM_PRICES_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Prices.URL != "http://localhost:9000/base" || cfg.Upstreams.Prices.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Prices)
	}
	accepts(t, "UPSTREAM_PRICES_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_PRICES_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_PRICES_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_PRICES_TIMEOUT", "61m")
}
