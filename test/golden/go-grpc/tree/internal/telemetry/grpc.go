package telemetry

import (
	"context"
	"log/slog"
	"strconv"

	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc"
	"go.opentelemetry.io/contrib/instrumentation/google.golang.org/grpc/otelgrpc/filters"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/stats"
)

// CallHandler records a span of each call, and the rate, errors and duration of
// all. Probes are left out.
func CallHandler() stats.Handler {
	return otelgrpc.NewServerHandler(otelgrpc.WithFilter(filters.Not(filters.HealthCheck())))
}

// RecordAttempt records which try of a caller's proxy a call is: from the second
// on it may be a duplicate.
func RecordAttempt(ctx context.Context, _ string, next func(context.Context) error) error {
	const header = "x-envoy-attempt-count"
	values := metadata.ValueFromIncomingContext(ctx, header)
	if len(values) == 1 {
		if attempt, err := strconv.Atoi(values[0]); err == nil {
			trace.SpanFromContext(ctx).SetAttributes(attribute.StringSlice("rpc.request.metadata."+header, values))
			if attempt > 1 {
				slog.InfoContext(ctx, "call was sent before", "attempt", attempt)
			}
		}
	}
	return next(ctx)
}

// DialOption records the calls of a client and hands their trace on.
func DialOption() grpc.DialOption {
	return grpc.WithStatsHandler(otelgrpc.NewClientHandler())
}
