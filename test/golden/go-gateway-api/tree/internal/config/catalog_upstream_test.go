package config

import (
	"testing"
	"time"
)

func TestCatalogUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_CATALOG_URL", "http://localhost:9000/base/", "UPSTREAM_CATALOG_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Catalog.URL != "http://localhost:9000/base" || cfg.Upstreams.Catalog.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Catalog)
	}
	accepts(t, "UPSTREAM_CATALOG_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_CATALOG_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_CATALOG_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_CATALOG_TIMEOUT", "61m")
}
