package grpcapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const method = "/items.v1.ItemsService/GetItem"

// captureLog returns what is logged until the test ends.
func captureLog(t *testing.T) *bytes.Buffer {
	t.Helper()
	var log bytes.Buffer
	logger := slog.Default()
	t.Cleanup(func() { slog.SetDefault(logger) })
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	return &log
}

func TestDeadline(t *testing.T) {
	err := Deadline(time.Minute)(t.Context(), method, func(ctx context.Context) error {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > time.Minute {
			t.Error("the call has no deadline")
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	sooner, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_ = Deadline(time.Minute)(sooner, method, func(ctx context.Context) error {
		if deadline, _ := ctx.Deadline(); time.Until(deadline) > time.Second {
			t.Error("the deadline of the caller was moved")
		}
		return nil
	})
}

func TestLogHasALineForEachCall(t *testing.T) {
	log := captureLog(t)
	refusal := status.Error(codes.NotFound, "no such item")
	if err := Log(t.Context(), method, func(context.Context) error { return refusal }); !errors.Is(err, refusal) {
		t.Errorf("got %v", err)
	}
	if line := log.String(); !strings.Contains(line, "msg=call method="+method+" code=NotFound duration_ms=") || strings.Count(line, "\n") != 1 {
		t.Errorf("logged %q", line)
	}
}

func TestRecover(t *testing.T) {
	ended, end := context.WithCancel(t.Context())
	end()
	late, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	refusal := status.Error(codes.NotFound, "no such item")
	for name, test := range map[string]struct {
		ctx    context.Context //nolint:containedctx // rows of a table
		call   func(context.Context) error
		code   codes.Code
		text   string
		logged bool
	}{
		"success":        {t.Context(), func(context.Context) error { return nil }, codes.OK, "", false},
		"status":         {t.Context(), func(context.Context) error { return refusal }, codes.NotFound, "no such item", false},
		"wrapped status": {t.Context(), func(context.Context) error { return fmt.Errorf("at 10.1.2.3: %w", refusal) }, codes.Internal, "internal error", true},
		"other error":    {t.Context(), func(context.Context) error { return errors.New("at 10.1.2.3") }, codes.Internal, "internal error", true},
		"panic":          {t.Context(), func(context.Context) error { panic("at 10.1.2.3") }, codes.Internal, "internal error", true},
		"deadline":       {late, func(ctx context.Context) error { return ctx.Err() }, codes.DeadlineExceeded, "context deadline exceeded", false},
		"own deadline":   {t.Context(), func(context.Context) error { return late.Err() }, codes.DeadlineExceeded, "context deadline exceeded", false},
		"deadline below": {t.Context(), func(context.Context) error { return fmt.Errorf("at 10.1.2.3: %w", late.Err()) }, codes.DeadlineExceeded, "context deadline exceeded", false},
		"work cancelled": {t.Context(), func(context.Context) error { return fmt.Errorf("at 10.1.2.3: %w", context.Canceled) }, codes.Internal, "internal error", true},
		"caller is gone": {ended, func(ctx context.Context) error { return ctx.Err() }, codes.Canceled, "context canceled", false},
	} {
		t.Run(name, func(t *testing.T) {
			log := captureLog(t)
			err := Recover(test.ctx, method, test.call)
			if status.Code(err) != test.code || status.Convert(err).Message() != test.text {
				t.Errorf("got %v", err)
			}
			if strings.Contains(log.String(), "10.1.2.3") != test.logged || strings.Contains(fmt.Sprint(err), "10.1.2.3") {
				t.Errorf("logged %q, answered %v", log, err)
			}
		})
	}
}
