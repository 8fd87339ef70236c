package config

import (
	"testing"
	"time"
)

func TestPaymentsUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_PAYMENTS_URL", "http://localhost:9000/base/", "UPSTREAM_PAYMENTS_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Payments.URL != "http://localhost:9000/base" || cfg.Upstreams.Payments.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Payments)
	}
	accepts(t, "UPSTREAM_PAYMENTS_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_PAYMENTS_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_PAYMENTS_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_PAYMENTS_TIMEOUT", "61m")
}
