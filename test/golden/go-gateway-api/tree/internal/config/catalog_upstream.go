package config

import "time"

// CatalogUpstream says how catalog is called.
type CatalogUpstream struct {
	// URL is put in front of every request path.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration

	// Retry says what is tried again.
	Retry Retry
}

func loadCatalogUpstream(env *environment) CatalogUpstream {
	var cfg CatalogUpstream
	cfg.URL = read(env, "UPSTREAM_CATALOG_URL", baseURL)
	cfg.Timeout = read(env, "UPSTREAM_CATALOG_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.Retry = loadRetry(env, "UPSTREAM_CATALOG_RETRY_")
	return cfg
}
