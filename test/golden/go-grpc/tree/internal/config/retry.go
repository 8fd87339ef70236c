package config

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Retry says which failed calls of an upstream are tried again.
type Retry struct {
	// Attempts counts the tries of a call, the first included.
	Attempts int

	// PerAttemptTimeout bounds the wait for the response headers of one try.
	PerAttemptTimeout time.Duration

	// BackoffInitial is the longest pause before the second try; it doubles from try to try.
	BackoffInitial time.Duration

	// BackoffMax bounds the pause that has doubled.
	BackoffMax time.Duration

	// On lists the failures that are tried again: connect-error, reset, timeout and status codes.
	On []string

	// Budget is the share of calls that may be tried again.
	Budget float64
}

func loadRetry(env *environment, prefix string) Retry {
	var cfg Retry
	cfg.Attempts = read(env, prefix+"ATTEMPTS", integer(1, 10))
	cfg.PerAttemptTimeout = read(env, prefix+"PER_ATTEMPT_TIMEOUT", duration(time.Millisecond, time.Hour))
	cfg.BackoffInitial = read(env, prefix+"BACKOFF_INITIAL", duration(time.Millisecond, time.Minute))
	cfg.BackoffMax = read(env, prefix+"BACKOFF_MAX", duration(time.Millisecond, time.Hour))
	cfg.On = read(env, prefix+"ON", retryConditions)
	cfg.Budget = read(env, prefix+"BUDGET", retryBudget)
	return cfg
}

func retryConditions(text string) ([]string, error) {
	conditions := strings.Split(text, ",")
	for i, condition := range conditions {
		conditions[i] = strings.TrimSpace(condition)
		if !isRetryCondition(conditions[i]) {
			return nil, errors.New("must be a comma-separated list of connect-error, reset, timeout and status codes from 400 to 599")
		}
	}
	return conditions, nil
}

func isRetryCondition(text string) bool {
	if slices.Contains([]string{"connect-error", "reset", "timeout"}, text) {
		return true
	}
	status, err := strconv.Atoi(text)
	return err == nil && status >= 400 && status <= 599
}

func retryBudget(text string) (float64, error) {
	budget, err := strconv.ParseFloat(text, 64)
	if err == nil && budget >= 0.01 && budget <= 1 {
		return budget, nil
	}
	return 0, errors.New("must be a number from 0.01 to 1")
}
