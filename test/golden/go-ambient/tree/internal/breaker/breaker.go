// Package breaker stops calling an upstream that fails, until it had time to recover.
package breaker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/acme/orders/internal/config"
)

// The window is counted in this many parts, and moves by one of them.
const windowParts = 10

var (
	errFailed = errors.New("the answer counts as a failure")
	errShed   = errors.New("the request was shed by our own proxy")
)

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

type transport struct {
	next      http.RoundTripper
	circuit   *gobreaker.CircuitBreaker[*http.Response]
	openUntil *atomic.Pointer[time.Time] // set before the first call is refused
	refusals  *refusals
}

// New refuses requests to an upstream while too many of them fail.
func New(next http.RoundTripper, upstream string, cfg config.CircuitBreaker) http.RoundTripper {
	var openUntil atomic.Pointer[time.Time]
	refusals := &refusals{reported: time.Now()}
	countChange := changeCounter()
	circuit := gobreaker.NewCircuitBreaker[*http.Response](gobreaker.Settings{ //nolint:bodyclose // no response yet
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
	observeState(circuit)
	return &transport{next, circuit, &openUntil, refusals}
}

func (t *transport) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := t.circuit.Execute(func() (*http.Response, error) {
		resp, err := t.next.RoundTrip(req)
		if err != nil {
			return nil, err
		}
		return resp, verdict(resp)
	})
	switch {
	case resp != nil:
		return resp, nil
	case errors.Is(err, gobreaker.ErrOpenState), errors.Is(err, gobreaker.ErrTooManyRequests):
		if req.Body != nil {
			_ = req.Body.Close()
		}
		if count, due := t.refusals.add(); due {
			slog.WarnContext(req.Context(), "circuit breaker refuses calls", "upstream", t.circuit.Name(), "refused", count)
		}
		return nil, &OpenError{t.circuit.Name(), time.Until(*t.openUntil.Load())}
	}
	return nil, err
}

// verdict reads the headers only. Refusals such as 4xx show that the upstream works.
func verdict(resp *http.Response) error {
	switch {
	case resp.StatusCode < http.StatusInternalServerError:
		return nil
	case resp.StatusCode == http.StatusServiceUnavailable && resp.Header.Get("X-Envoy-Overloaded") != "":
		return errShed
	}
	return errFailed
}
