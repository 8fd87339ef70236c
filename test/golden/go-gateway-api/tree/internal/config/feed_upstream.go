package config

import "time"

// FeedUpstream says how feed is called.
type FeedUpstream struct {
	// URL is put in front of every request path.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration
}

func loadFeedUpstream(env *environment) FeedUpstream {
	var cfg FeedUpstream
	cfg.URL = read(env, "UPSTREAM_FEED_URL", baseURL)
	cfg.Timeout = read(env, "UPSTREAM_FEED_TIMEOUT", duration(time.Millisecond, time.Hour))
	return cfg
}
