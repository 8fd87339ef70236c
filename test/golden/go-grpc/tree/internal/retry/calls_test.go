package retry_test

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

	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/config"
	itemsv1 "github.com/acme/pricing/internal/gen/items/v1"
	"github.com/acme/pricing/internal/retry"
)

var (
	reading = calls.Call{Method: itemsv1.ItemsService_GetItem_FullMethodName}
	listing = calls.Call{Method: itemsv1.ItemsService_ListItems_FullMethodName, Streams: true}
	writing = calls.Call{Method: itemsv1.ItemsService_CreateItem_FullMethodName}
)

func callSettings() config.Retry {
	return config.Retry{
		Attempts:       3,
		BackoffInitial: 100 * time.Millisecond,
		BackoffMax:     time.Second,
		On:             []string{"connect-error", "reset", "timeout", "429", "503"},
		Budget:         1,
	}
}

// tries counts how often a call is made that always fails so.
func tries(t *testing.T, cfg config.Retry, call calls.Call, failure error, answer ...string) int {
	t.Helper()
	count := 0
	layer := retry.Calls("stock", cfg, itemsv1.File_items_v1_items_proto)
	_, err := layer(t.Context(), call, func(context.Context) (metadata.MD, error) {
		count++
		return metadata.Pairs(answer...), failure
	})
	if !errors.Is(err, failure) {
		t.Errorf("got %v, want %v", err, failure)
	}
	return count
}

func TestCallsAreRepeatedByMethodAndCode(t *testing.T) {
	for name, test := range map[string]struct {
		call    calls.Call
		failure error
		tries   int
	}{
		"success":                 {reading, nil, 1},
		"UNAVAILABLE":             {reading, status.Error(codes.Unavailable, "down"), 3},
		"UNAVAILABLE of a stream": {listing, status.Error(codes.Unavailable, "down"), 3},
		"RESOURCE_EXHAUSTED":      {reading, status.Error(codes.ResourceExhausted, "slow down"), 3},
		"DEADLINE_EXCEEDED":       {reading, status.Error(codes.DeadlineExceeded, "late"), 3},
		"no connection":           {reading, status.Error(codes.Unavailable, "connection error: desc = \"refused\""), 3},
		"INTERNAL":                {reading, status.Error(codes.Internal, "bug"), 1},
		"NOT_FOUND":               {reading, status.Error(codes.NotFound, "none"), 1},
		"no status":               {reading, errors.New("the circuit breaker is open"), 1},
		"not idempotent":          {writing, status.Error(codes.Unavailable, "down"), 1},
		"unknown method":          {calls.Call{Method: "/other/Method"}, status.Error(codes.Unavailable, "down"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				if got := tries(t, callSettings(), test.call, test.failure); got != test.tries {
					t.Errorf("%d tries, want %d", got, test.tries)
				}
			})
		})
	}
}

func TestOnlyWhatIsConfiguredIsRepeated(t *testing.T) {
	down := status.Error(codes.Unavailable, "down")
	refused := status.Error(codes.Unavailable, "connection error: desc = \"refused\"")
	reset := status.Error(codes.Unavailable, "error reading from server: EOF")
	for name, test := range map[string]struct {
		on      []string
		failure error
		tries   int
	}{
		"503, not connected":           {[]string{"503"}, refused, 3},
		"503, reset":                   {[]string{"503"}, reset, 3},
		"connect-error, not connected": {[]string{"connect-error"}, refused, 3},
		"connect-error, reset":         {[]string{"connect-error"}, reset, 1},
		"connect-error, answered":      {[]string{"connect-error"}, down, 1},
		"reset, reset":                 {[]string{"reset"}, reset, 3},
		"reset, stream ended":          {[]string{"reset"}, status.Error(codes.Internal, "stream terminated by RST_STREAM with error code: INTERNAL_ERROR"), 3},
		"500, stream ended":            {[]string{"500"}, status.Error(codes.Internal, "stream terminated by RST_STREAM with error code: INTERNAL_ERROR"), 3},
		"reset, stream given up":       {[]string{"reset"}, status.Error(codes.Canceled, "stream terminated by RST_STREAM with error code: CANCEL"), 3},
		"reset, given up":              {[]string{"reset"}, status.Error(codes.Canceled, "context canceled"), 1},
		"connect-error, no address":    {[]string{"connect-error"}, status.Error(codes.Unavailable, "name resolver error: produced zero addresses"), 3},
		"reset, answered":              {[]string{"reset"}, down, 1},
		"504, late":                    {[]string{"504"}, status.Error(codes.DeadlineExceeded, "late"), 3},
		"500, UNKNOWN":                 {[]string{"500"}, status.Error(codes.Unknown, "what"), 3},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := callSettings()
				cfg.On = test.on
				if got := tries(t, cfg, reading, test.failure); got != test.tries {
					t.Errorf("%d tries, want %d", got, test.tries)
				}
			})
		})
	}
}

func TestPushback(t *testing.T) {
	down := status.Error(codes.Unavailable, "down")
	for name, test := range map[string]struct {
		answer []string
		tries  int
		passed time.Duration
	}{
		"a pause":        {[]string{"grpc-retry-pushback-ms", "5000"}, 3, 10 * time.Second},
		"no pause":       {[]string{"grpc-retry-pushback-ms", "0"}, 3, 0},
		"no repeat":      {[]string{"grpc-retry-pushback-ms", "-1"}, 1, 0},
		"not a number":   {[]string{"grpc-retry-pushback-ms", "soon"}, 1, 0},
		"our proxy shed": {[]string{"x-envoy-overloaded", "true"}, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				begun := time.Now()
				if got := tries(t, callSettings(), reading, down, test.answer...); got != test.tries {
					t.Errorf("%d tries, want %d", got, test.tries)
				}
				if passed := time.Since(begun); passed != test.passed {
					t.Errorf("%v passed, want %v", passed, test.passed)
				}
			})
		})
	}
}

func TestCallsAreNotRepeatedBeyondTheDeadline(t *testing.T) {
	for pause, tries := range map[string]int{"2000": 1, "1000": 1, "999": 2} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			begun, count := time.Now(), 0
			layer := retry.Calls("stock", callSettings(), itemsv1.File_items_v1_items_proto)
			_, err := layer(ctx, reading, func(context.Context) (metadata.MD, error) {
				count++
				return metadata.Pairs("grpc-retry-pushback-ms", pause), status.Error(codes.Unavailable, "down")
			})
			if status.Code(err) != codes.Unavailable || count != tries || time.Since(begun) >= time.Second {
				t.Errorf("%s ms: %d tries in %v, %v", pause, count, time.Since(begun), err)
			}
		})
	}
}

func TestTheBudgetEndsRepeatsOfCalls(t *testing.T) {
	log := captureCalls(t)
	synctest.Test(t, func(t *testing.T) {
		cfg := callSettings()
		cfg.Attempts, cfg.Budget = 2, 0.1
		count := 0
		layer := retry.Calls("stock", cfg, itemsv1.File_items_v1_items_proto)
		for range 100 {
			_, err := layer(t.Context(), reading, func(context.Context) (metadata.MD, error) {
				count++
				return nil, status.Error(codes.Unavailable, "down")
			})
			if status.Code(err) != codes.Unavailable {
				t.Fatalf("got %v", err)
			}
		}
		if repeats := count - 100; repeats < 15 || repeats > 25 {
			t.Errorf("%d of 100 calls were repeated, want the burst and a tenth", repeats)
		}
	})
	for _, want := range []string{
		`level=DEBUG msg="trying again" upstream=stock reason=503 pause=`,
		`level=WARN msg="retry budget is spent" upstream=stock reason=503`,
	} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log has no %s", want)
		}
	}
}

// captureCalls keeps what is logged during the test.
func captureCalls(t *testing.T) *bytes.Buffer {
	t.Helper()
	log := &bytes.Buffer{}
	previous := slog.Default()
	t.Cleanup(func() { slog.SetDefault(previous) })
	slog.SetDefault(slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	return log
}

func TestAPauseEndsWithItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		count := 0
		layer := retry.Calls("stock", callSettings(), itemsv1.File_items_v1_items_proto)
		_, err := layer(ctx, reading, func(context.Context) (metadata.MD, error) {
			count++
			return metadata.Pairs("grpc-retry-pushback-ms", "5000"), status.Error(codes.Unavailable, "down")
		})
		if status.Code(err) != codes.Canceled || count != 1 {
			t.Errorf("%d tries, %v", count, err)
		}
	})
}
