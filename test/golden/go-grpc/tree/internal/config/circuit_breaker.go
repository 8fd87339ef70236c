package config

import (
	"errors"
	"fmt"
	"strconv"
	"time"
)

// CircuitBreaker says when an upstream is no longer called because it fails.
type CircuitBreaker struct {
	// FailureRatio of the tries within the window opens the breaker.
	FailureRatio float64

	// MinimumRequests must have been tried within the window before it opens.
	MinimumRequests uint32

	// Window is how far back tries count.
	Window time.Duration

	// OpenFor is how long an open breaker refuses calls.
	OpenFor time.Duration

	// HalfOpenRequests are let through after that; it closes when all of them succeed.
	HalfOpenRequests uint32
}

func loadCircuitBreaker(env *environment, prefix string) CircuitBreaker {
	var cfg CircuitBreaker
	cfg.FailureRatio = read(env, prefix+"FAILURE_RATIO", failureRatio)
	cfg.MinimumRequests = read(env, prefix+"MINIMUM_REQUESTS", requests(100_000))
	cfg.Window = read(env, prefix+"WINDOW", duration(time.Second, time.Hour))
	cfg.OpenFor = read(env, prefix+"OPEN_FOR", duration(100*time.Millisecond, time.Hour))
	cfg.HalfOpenRequests = read(env, prefix+"HALF_OPEN_REQUESTS", requests(1000))
	return cfg
}

func failureRatio(text string) (float64, error) {
	ratio, err := strconv.ParseFloat(text, 64)
	if err == nil && ratio >= 0.01 && ratio <= 1 {
		return ratio, nil
	}
	return 0, errors.New("must be a number from 0.01 to 1")
}

func requests(highest uint32) parser[uint32] {
	return func(text string) (uint32, error) {
		count, err := strconv.ParseUint(text, 10, 32)
		if err != nil || count < 1 || count > uint64(highest) {
			return 0, fmt.Errorf("must be a whole number from 1 to %d", highest)
		}
		return uint32(count), nil
	}
}
