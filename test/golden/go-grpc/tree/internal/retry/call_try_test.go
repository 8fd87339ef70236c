package retry_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/retry"
)

// until answers when its time is over or its context ends.
func until(after time.Duration, seen *context.Context) func(context.Context) (metadata.MD, error) {
	return func(ctx context.Context) (metadata.MD, error) {
		*seen = ctx
		select {
		case <-time.After(after):
			return nil, nil
		case <-ctx.Done():
			return nil, status.FromContextError(ctx.Err()).Err()
		}
	}
}

func TestLimitCall(t *testing.T) {
	limit := retry.LimitCall(time.Second)
	for _, streams := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			call := reading
			call.Streams = streams
			var seen context.Context
			if _, err := limit(t.Context(), call, until(2*time.Second, &seen)); status.Code(err) != codes.DeadlineExceeded {
				t.Errorf("streams %v: a slow try ended with %v", streams, err)
			}
			if seen.Err() == nil {
				t.Errorf("streams %v: a try that was given up goes on", streams)
			}
			if _, err := limit(t.Context(), call, until(time.Millisecond, &seen)); err != nil {
				t.Errorf("streams %v: a quick try ended with %v", streams, err)
			}
			if _, has := seen.Deadline(); has == streams {
				t.Errorf("streams %v: the upstream learns of the limit: %v", streams, has)
			}
			time.Sleep(time.Hour)
			if goesOn := seen.Err() == nil; goesOn != streams {
				t.Errorf("streams %v: what comes after the first message goes on: %v", streams, goesOn)
			}
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := limit(ctx, call, until(time.Hour, &seen)); status.Code(err) != codes.Canceled {
				t.Errorf("streams %v: a call that was given up ended with %v", streams, err)
			}
		})
	}
}

func TestLimitCallPassesFailuresOn(t *testing.T) {
	for _, streams := range []bool{false, true} {
		call := reading
		call.Streams = streams
		var seen context.Context
		answer, err := retry.LimitCall(time.Hour)(t.Context(), call, func(ctx context.Context) (metadata.MD, error) {
			seen = ctx
			return metadata.Pairs("note", "kept"), status.Error(codes.NotFound, "none")
		})
		if status.Code(err) != codes.NotFound || len(answer.Get("note")) != 1 {
			t.Errorf("streams %v: got %v, %v", streams, answer, err)
		}
		if seen.Err() == nil {
			t.Errorf("streams %v: a try that failed goes on", streams)
		}
	}
}

func TestLimitCallDropsAStreamThatBeginsLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		call := reading
		call.Streams = true
		_, err := retry.LimitCall(time.Second)(t.Context(), call, func(context.Context) (metadata.MD, error) {
			time.Sleep(2 * time.Second)
			return nil, nil
		})
		if status.Code(err) != codes.DeadlineExceeded {
			t.Errorf("got %v", err)
		}
	})
}
