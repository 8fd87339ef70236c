package breaker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/breaker"
	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/config"
)

// opensAfter counts the calls until the breaker refuses one; 0 when it lets all pass.
func opensAfter(t *testing.T, failure error, answer ...string) int {
	t.Helper()
	layer := breaker.Calls("stock", config.CircuitBreaker{
		FailureRatio:     0.5,
		MinimumRequests:  4,
		Window:           time.Hour,
		OpenFor:          time.Minute,
		HalfOpenRequests: 1,
	})
	for made := range 10 {
		_, err := layer(t.Context(), calls.Call{Method: "/s/Method"}, func(context.Context) (metadata.MD, error) {
			return metadata.Pairs(answer...), failure
		})
		if open, isOpen := errors.AsType[*breaker.OpenError](err); isOpen {
			if open.Upstream != "stock" || open.RetryAfter() != "60" {
				t.Errorf("refused with %v, %s", open, open.RetryAfter())
			}
			return made
		}
		if !errors.Is(err, failure) {
			t.Errorf("got %v, want %v", err, failure)
		}
	}
	return 0
}

func TestCallsThatCount(t *testing.T) {
	for name, test := range map[string]struct {
		failure error
		answer  []string
		opens   int
	}{
		"success":            {nil, nil, 0},
		"UNAVAILABLE":        {status.Error(codes.Unavailable, ""), nil, 4},
		"DEADLINE_EXCEEDED":  {status.Error(codes.DeadlineExceeded, ""), nil, 4},
		"INTERNAL":           {status.Error(codes.Internal, ""), nil, 4},
		"UNKNOWN":            {status.Error(codes.Unknown, ""), nil, 4},
		"DATA_LOSS":          {status.Error(codes.DataLoss, ""), nil, 4},
		"RESOURCE_EXHAUSTED": {status.Error(codes.ResourceExhausted, ""), nil, 0},
		"NOT_FOUND":          {status.Error(codes.NotFound, ""), nil, 0},
		"UNIMPLEMENTED":      {status.Error(codes.Unimplemented, ""), nil, 0},
		"CANCELED":           {status.Error(codes.Canceled, ""), nil, 0},
		"our proxy shed":     {status.Error(codes.Unavailable, ""), []string{"x-envoy-overloaded", "true"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := opensAfter(t, test.failure, test.answer...); got != test.opens {
					t.Errorf("opened after %d calls, want %d", got, test.opens)
				}
			})
		})
	}
}

func TestCallsPassAgainAfterAGoodOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		layer := breaker.Calls("stock", config.CircuitBreaker{
			FailureRatio:     1,
			MinimumRequests:  1,
			Window:           time.Hour,
			OpenFor:          time.Minute,
			HalfOpenRequests: 1,
		})
		call := func(failure error) (metadata.MD, error) {
			return layer(t.Context(), calls.Call{}, func(context.Context) (metadata.MD, error) {
				return metadata.Pairs("note", "kept"), failure
			})
		}
		if answer, err := call(status.Error(codes.Unavailable, "down")); status.Code(err) != codes.Unavailable || len(answer.Get("note")) != 1 {
			t.Errorf("got %v, %v", answer, err)
		}
		if _, err := call(nil); err == nil {
			t.Error("a call passed while the breaker was open")
		}
		time.Sleep(time.Minute + time.Millisecond)
		for range 2 {
			if answer, err := call(nil); err != nil || len(answer.Get("note")) != 1 {
				t.Errorf("got %v, %v", answer, err)
			}
		}
	})
}

func TestRefusedCallsAreLogged(t *testing.T) {
	var log bytes.Buffer
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	synctest.Test(t, func(t *testing.T) {
		layer := breaker.Calls("stock", config.CircuitBreaker{
			FailureRatio:     1,
			MinimumRequests:  1,
			Window:           time.Hour,
			OpenFor:          time.Hour,
			HalfOpenRequests: 1,
		})
		call := func() {
			_, _ = layer(t.Context(), calls.Call{}, func(context.Context) (metadata.MD, error) {
				return nil, status.Error(codes.Unavailable, "down")
			})
		}
		for range 100 {
			call()
		}
		time.Sleep(time.Minute)
		call()
	})
	for _, want := range []string{
		`level=WARN msg="circuit breaker changed" upstream=stock from=closed to=open refused=0`,
		`level=WARN msg="circuit breaker refuses calls" upstream=stock refused=100`,
	} {
		if strings.Count(log.String(), want) != 1 {
			t.Errorf("the log has no %s: %s", want, log.String())
		}
	}
}
