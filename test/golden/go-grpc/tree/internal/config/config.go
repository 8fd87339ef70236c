// Package config reads the settings of the service from environment variables.
package config

import (
	"errors"
	"time"
)

// Config holds every setting of the service.
type Config struct {
	// Port is where the service listens.
	Port int

	// Reflection says whether callers may ask for the contract.
	Reflection bool

	// Timeout is the deadline of an incoming request.
	Timeout time.Duration

	// Upstreams says how other services are called.
	Upstreams Upstreams

	// ShutdownDelay is how long further requests are taken after SIGTERM, while
	// readiness fails.
	ShutdownDelay time.Duration

	// ShutdownTimeout is how long requests in flight may take after that.
	ShutdownTimeout time.Duration

	// Observability says which signals are exported.
	Observability Observability

	// JWT says whose tokens are accepted.
	JWT JWT
}

// Load returns the defaults, overridden by the variables that lookup finds.
// Its error names every variable with a value that cannot be used.
func Load(lookup func(name string) (string, bool)) (Config, error) {
	env := &environment{lookup: lookup, defaults: defaults()}
	var cfg Config
	cfg.Port = read(env, "SERVICE_PORT", integer(1, 65535))
	cfg.Reflection = read(env, "SERVICE_REFLECTION", boolean)
	cfg.Timeout = read(env, "SERVICE_TIMEOUT", duration(time.Millisecond, 24*time.Hour))
	cfg.Upstreams = loadUpstreams(env)
	cfg.ShutdownDelay = read(env, "SERVICE_SHUTDOWN_DELAY", duration(0, 5*time.Minute))
	cfg.ShutdownTimeout = read(env, "SERVICE_SHUTDOWN_TIMEOUT", duration(time.Second, 48*time.Hour))
	cfg.Observability = loadObservability(env)
	cfg.JWT = loadJWT(env)
	return cfg, errors.Join(env.errs...)
}
