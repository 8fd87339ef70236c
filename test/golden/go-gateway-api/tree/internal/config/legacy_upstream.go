package config

import "time"

// LegacyUpstream says how legacy is called.
type LegacyUpstream struct {
	// URL is put in front of every request path.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration

	// Retry says what is tried again.
	Retry Retry
}

func loadLegacyUpstream(env *environment) LegacyUpstream {
	var cfg LegacyUpstream
	cfg.URL = read(env, "UPSTREAM_LEGACY_URL", baseURL)
	cfg.Timeout = read(env, "UPSTREAM_LEGACY_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.Retry = loadRetry(env, "UPSTREAM_LEGACY_RETRY_")
	return cfg
}
