package config

import "time"

// InventoryUpstream says how inventory is called.
type InventoryUpstream struct {
	// URL is where calls go.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration

	// CircuitBreaker says when calls are refused.
	CircuitBreaker CircuitBreaker

	// Retry says what is tried again.
	Retry Retry
}

func loadInventoryUpstream(env *environment) InventoryUpstream {
	var cfg InventoryUpstream
	cfg.URL = read(env, "UPSTREAM_INVENTORY_URL", callURL)
	cfg.Timeout = read(env, "UPSTREAM_INVENTORY_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.CircuitBreaker = loadCircuitBreaker(env, "UPSTREAM_INVENTORY_CIRCUIT_BREAKER_")
	cfg.Retry = loadRetry(env, "UPSTREAM_INVENTORY_RETRY_")
	return cfg
}
