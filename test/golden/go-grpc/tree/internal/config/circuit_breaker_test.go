package config

import (
	"testing"
	"time"
)

func TestCircuitBreaker(t *testing.T) {
	env := &environment{lookup: variables(
		"X_FAILURE_RATIO", "0.25",
		"X_MINIMUM_REQUESTS", "8",
		"X_WINDOW", "30s",
		"X_OPEN_FOR", "5s",
		"X_HALF_OPEN_REQUESTS", "2",
	)}
	want := CircuitBreaker{
		FailureRatio:     0.25,
		MinimumRequests:  8,
		Window:           30 * time.Second,
		OpenFor:          5 * time.Second,
		HalfOpenRequests: 2,
	}
	if got := loadCircuitBreaker(env, "X_"); got != want || env.errs != nil {
		t.Errorf("got %+v with %v", got, env.errs)
	}
}

func TestCircuitBreakerRanges(t *testing.T) {
	for name, values := range map[string][]string{
		"X_FAILURE_RATIO":      {"0.01", "1"},
		"X_MINIMUM_REQUESTS":   {"1", "100000"},
		"X_WINDOW":             {"1s", "1h"},
		"X_OPEN_FOR":           {"100ms", "1h"},
		"X_HALF_OPEN_REQUESTS": {"1", "1000"},
	} {
		for _, value := range values {
			env := &environment{lookup: variables(name, value)}
			if loadCircuitBreaker(env, "X_"); env.errs != nil {
				t.Errorf("%s=%q was refused: %v", name, value, env.errs)
			}
		}
	}
	for name, values := range map[string][]string{
		"X_FAILURE_RATIO":      {"0.009", "1.01", "NaN", "most"},
		"X_MINIMUM_REQUESTS":   {"0", "100001"},
		"X_WINDOW":             {"999ms", "61m"},
		"X_OPEN_FOR":           {"99ms", "61m"},
		"X_HALF_OPEN_REQUESTS": {"0", "1001"},
	} {
		for _, value := range values {
			env := &environment{lookup: variables(name, value)}
			if loadCircuitBreaker(env, "X_"); env.errs == nil {
				t.Errorf("%s=%q was accepted", name, value)
			}
		}
	}
}
