// Package retry sends requests again that failed in a way that may pass.
package retry

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/acme/pricing/internal/config"
)

// backoff is a random part of a pause that doubles with every try.
func backoff(cfg config.Retry, try int) time.Duration {
	return rand.N(min(cfg.BackoffInitial<<(try-1), cfg.BackoffMax)) //nolint:gosec // nobody gains by guessing a pause
}

func sleep(ctx context.Context, pause time.Duration) error {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
