package config

import "time"

// PricesUpstream says how prices is called.
type PricesUpstream struct {
	// URL is put in front of every request path.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration

	// Retry says what is tried again.
	Retry Retry
}

func loadPricesUpstream(env *environment) PricesUpstream {
	var cfg PricesUpstream
	cfg.URL = read(env, "UPSTREAM_PRICES_URL", baseURL)
	cfg.Timeout = read(env, "UPSTREAM_PRICES_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.Retry = loadRetry(env, "UPSTREAM_PRICES_RETRY_")
	return cfg
}
