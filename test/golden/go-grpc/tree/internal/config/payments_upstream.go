package config

import "time"

// PaymentsUpstream says how payments is called.
type PaymentsUpstream struct {
	// URL is put in front of every request path.
	URL string

	// Timeout bounds a whole call as the caller sees it, repeated tries and pauses included.
	Timeout time.Duration

	// CircuitBreaker says when calls are refused.
	CircuitBreaker CircuitBreaker

	// Retry says what is tried again.
	Retry Retry
}

func loadPaymentsUpstream(env *environment) PaymentsUpstream {
	var cfg PaymentsUpstream
	cfg.URL = read(env, "UPSTREAM_PAYMENTS_URL", baseURL)
	cfg.Timeout = read(env, "UPSTREAM_PAYMENTS_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.CircuitBreaker = loadCircuitBreaker(env, "UPSTREAM_PAYMENTS_CIRCUIT_BREAKER_")
	cfg.Retry = loadRetry(env, "UPSTREAM_PAYMENTS_RETRY_")
	return cfg
}
