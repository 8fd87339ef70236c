package config

import (
	"testing"
	"time"
)

func TestLegacyUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_LEGACY_URL", "http://localhost:9000/base/", "UPSTREAM_LEGACY_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Legacy.URL != "http://localhost:9000/base" || cfg.Upstreams.Legacy.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Legacy)
	}
	accepts(t, "UPSTREAM_LEGACY_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_LEGACY_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_LEGACY_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_LEGACY_TIMEOUT", "61m")
}
