// Package breaker stops calling an upstream that fails, until it had time to recover.
package breaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/acme/pricing/internal/config"
)

// The window is counted in this many parts, and moves by one of them.
const windowParts = 10

var errShed = errors.New("the request was shed by our own proxy")

// OpenError says that a call was not made.
type OpenError struct {
	Upstream string

	// OpenFor is how long the breaker stays open; not at all when it waits for its probes.
	OpenFor time.Duration
}

func (e *OpenError) Error() string {
	return fmt.Sprintf("the circuit breaker of %s is open", e.Upstream)
}

// RetryAfter is the value of the header of that name.
func (e *OpenError) RetryAfter() string {
	return strconv.Itoa(max(1, int(math.Ceil(e.OpenFor.Seconds()))))
}

// circuit lets calls to an upstream through, with answers of type T.
type circuit[T any] struct {
	calls     *gobreaker.CircuitBreaker[T]
	openUntil *atomic.Pointer[time.Time] // set before the first call is refused
	refusals  *refusals
}

func newCircuit[T any](upstream string, cfg config.CircuitBreaker) *circuit[T] {
	var openUntil atomic.Pointer[time.Time]
	refusals := &refusals{reported: time.Now()}
	countChange := changeCounter()
	calls := gobreaker.NewCircuitBreaker[T](gobreaker.Settings{
		Name:         upstream,
		MaxRequests:  cfg.HalfOpenRequests,
		Interval:     cfg.Window,
		BucketPeriod: cfg.Window / windowParts,
		Timeout:      cfg.OpenFor,
		ReadyToTrip: func(counts gobreaker.Counts) bool {
			counted := counts.TotalSuccesses + counts.TotalFailures
			return counted >= cfg.MinimumRequests &&
				float64(counts.TotalFailures) >= cfg.FailureRatio*float64(counted)
		},
		IsExcluded: func(err error) bool {
			return errors.Is(err, context.Canceled) || errors.Is(err, errShed)
		},
		OnStateChange: func(upstream string, from, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				openUntil.Store(new(time.Now().Add(cfg.OpenFor)))
			}
			slog.Warn("circuit breaker changed", "upstream", upstream, "from", from.String(), "to", to.String(), "refused", refusals.report())
			countChange(upstream, from, to)
		},
	})
	observeState(calls)
	return &circuit[T]{calls, &openUntil, refusals}
}

// call makes a call unless too many have failed. Its error is an OpenError when it
// was not made.
func (c *circuit[T]) call(ctx context.Context, make func() (T, error)) (T, error) {
	answer, err := c.calls.Execute(make)
	if !errors.Is(err, gobreaker.ErrOpenState) && !errors.Is(err, gobreaker.ErrTooManyRequests) {
		return answer, err
	}
	if count, due := c.refusals.add(); due {
		slog.WarnContext(ctx, "circuit breaker refuses calls", "upstream", c.calls.Name(), "refused", count)
	}
	return answer, &OpenError{c.calls.Name(), time.Until(*c.openUntil.Load())}
}
