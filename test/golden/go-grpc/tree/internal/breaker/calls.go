package breaker

import (
	"context"
	"errors"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/config"
)

// Calls refuses calls to an upstream while too many of them fail.
func Calls(upstream string, cfg config.CircuitBreaker) calls.Layer {
	type outcome struct {
		answer metadata.MD
		err    error
	}
	circuit := newCircuit[outcome](upstream, cfg)
	return func(ctx context.Context, _ calls.Call, next calls.Try) (metadata.MD, error) {
		made, err := circuit.call(ctx, func() (outcome, error) {
			answer, err := next(ctx)
			return outcome{answer, err}, callVerdict(answer, err)
		})
		if _, isOpen := errors.AsType[*OpenError](err); isOpen {
			return nil, err
		}
		return made.answer, made.err
	}
}

// callVerdict counts what an upstream in trouble answers. Other codes show that it
// works, and what the caller has given up says nothing.
func callVerdict(answer metadata.MD, err error) error {
	if len(answer.Get("x-envoy-overloaded")) > 0 {
		return errShed
	}
	switch status.Code(err) {
	case codes.Canceled:
		return context.Canceled
	case codes.Unavailable, codes.DeadlineExceeded, codes.Internal, codes.Unknown, codes.DataLoss:
		return err
	}
	return nil
}
