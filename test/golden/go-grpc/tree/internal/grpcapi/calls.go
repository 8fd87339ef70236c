// Package grpcapi is the gRPC interface of the service.
package grpcapi

import (
	"context"
	"errors"
	"log/slog"
	"runtime/debug"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// errInternal is all that callers learn of a defect.
var errInternal = status.Error(codes.Internal, "internal error")

// Deadline bounds the context of a call, and with it every call made for it.
func Deadline(timeout time.Duration) func(context.Context, string, func(context.Context) error) error {
	return func(ctx context.Context, _ string, next func(context.Context) error) error {
		ctx, cancel := context.WithTimeout(ctx, timeout)
		defer cancel()
		return next(ctx)
	}
}

// Log writes one line for each call.
func Log(ctx context.Context, method string, next func(context.Context) error) error {
	begun := time.Now()
	err := next(ctx)
	slog.InfoContext(ctx, "call", "method", method, "code", status.Code(err).String(), "duration_ms", time.Since(begun).Milliseconds())
	return err
}

// Recover answers a panic, and an error that is no status, with INTERNAL: causes
// go to the log, not to the caller.
func Recover(ctx context.Context, method string, next func(context.Context) error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			slog.ErrorContext(ctx, "handler failed", "method", method, "error", reason, "stack", string(debug.Stack()))
			err = errInternal
		}
	}()
	err = next(ctx)
	if err == nil {
		return nil
	}
	if _, isStatus := err.(interface{ GRPCStatus() *status.Status }); isStatus { //nolint:errorlint // one that is wrapped says more than callers may know
		return err
	}
	if ended := ctx.Err(); ended != nil && (errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled)) {
		return status.FromContextError(ended).Err()
	}
	if errors.Is(err, context.DeadlineExceeded) { // that of the service, which this context does not have
		return status.FromContextError(context.DeadlineExceeded).Err()
	}
	slog.ErrorContext(ctx, "handler failed", "method", method, "error", err)
	return errInternal
}
