package config

import (
	"testing"
	"time"
)

func TestFeedUpstream(t *testing.T) {
	cfg, err := Load(variables("UPSTREAM_FEED_URL", "http://localhost:9000/base/", "UPSTREAM_FEED_TIMEOUT", "3s"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Upstreams.Feed.URL != "http://localhost:9000/base" || cfg.Upstreams.Feed.Timeout != 3*time.Second {
		t.Errorf("the configuration is %+v", cfg.Upstreams.Feed)
	}
	accepts(t, "UPSTREAM_FEED_TIMEOUT", "1ms")
	accepts(t, "UPSTREAM_FEED_TIMEOUT", "1h")
	refuses(t, "UPSTREAM_FEED_TIMEOUT", "999us")
	refuses(t, "UPSTREAM_FEED_TIMEOUT", "61m")
}
