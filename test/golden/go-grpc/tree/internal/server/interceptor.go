package server

import (
	"context"
	"strings"

	"google.golang.org/grpc"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
)

// An Interceptor runs around each call, whether it is unary or a stream. What
// next returns is the error that the caller gets.
type Interceptor func(ctx context.Context, method string, next func(context.Context) error) error

// healthPrefix begins the methods that probes call: nothing runs around them.
var healthPrefix = "/" + healthpb.Health_ServiceDesc.ServiceName + "/"

func unary(intercept Interceptor) grpc.UnaryServerInterceptor {
	return func(ctx context.Context, request any, info *grpc.UnaryServerInfo, handle grpc.UnaryHandler) (any, error) {
		if strings.HasPrefix(info.FullMethod, healthPrefix) {
			return handle(ctx, request)
		}
		var answer any
		err := intercept(ctx, info.FullMethod, func(ctx context.Context) (err error) {
			answer, err = handle(ctx, request)
			return err
		})
		if err != nil {
			return nil, err
		}
		return answer, nil
	}
}

func stream(intercept Interceptor) grpc.StreamServerInterceptor {
	return func(service any, stream grpc.ServerStream, info *grpc.StreamServerInfo, handle grpc.StreamHandler) error {
		if strings.HasPrefix(info.FullMethod, healthPrefix) {
			return handle(service, stream)
		}
		return intercept(stream.Context(), info.FullMethod, func(ctx context.Context) error {
			return handle(service, streamWithContext{stream, ctx})
		})
	}
}

type streamWithContext struct {
	grpc.ServerStream

	ctx context.Context //nolint:containedctx // a stream has its context
}

func (s streamWithContext) Context() context.Context { return s.ctx }
