package config

import (
	"reflect"
	"testing"
	"time"
)

func TestRetry(t *testing.T) {
	env := &environment{lookup: variables(
		"X_ATTEMPTS", "3",
		"X_PER_ATTEMPT_TIMEOUT", "200ms",
		"X_BACKOFF_INITIAL", "10ms",
		"X_BACKOFF_MAX", "80ms",
		"X_ON", "reset, 503",
		"X_BUDGET", "0.5",
	)}
	want := Retry{
		Attempts:          3,
		PerAttemptTimeout: 200 * time.Millisecond,
		BackoffInitial:    10 * time.Millisecond,
		BackoffMax:        80 * time.Millisecond,
		On:                []string{"reset", "503"},
		Budget:            0.5,
	}
	if got := loadRetry(env, "X_"); !reflect.DeepEqual(got, want) || env.errs != nil {
		t.Errorf("got %+v with %v", got, env.errs)
	}
}

func TestRetryRanges(t *testing.T) {
	for name, values := range map[string][]string{
		"X_ATTEMPTS":            {"1", "10"},
		"X_PER_ATTEMPT_TIMEOUT": {"1ms", "1h"},
		"X_BACKOFF_INITIAL":     {"1ms", "1m"},
		"X_BACKOFF_MAX":         {"1ms", "1h"},
		"X_ON":                  {"connect-error,timeout", "400", "599"},
		"X_BUDGET":              {"0.01", "1"},
	} {
		for _, value := range values {
			env := &environment{lookup: variables(name, value)}
			if loadRetry(env, "X_"); env.errs != nil {
				t.Errorf("%s=%q was refused: %v", name, value, env.errs)
			}
		}
	}
	for name, values := range map[string][]string{
		"X_ATTEMPTS":            {"0", "11"},
		"X_PER_ATTEMPT_TIMEOUT": {"999us", "61m"},
		"X_BACKOFF_INITIAL":     {"999us", "61s"},
		"X_BACKOFF_MAX":         {"999us", "61m"},
		"X_ON":                  {"5xx", "reset,,503", "399", "600"},
		"X_BUDGET":              {"0.009", "1.01", "NaN", "a fifth"},
	} {
		for _, value := range values {
			env := &environment{lookup: variables(name, value)}
			if loadRetry(env, "X_"); env.errs == nil {
				t.Errorf("%s=%q was accepted", name, value)
			}
		}
	}
}
