package telemetry

import (
	"context"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/codes"
	"google.golang.org/grpc/metadata"

	"github.com/acme/pricing/internal/calls"
)

// TraceCall records a span over all tries of a call, each of which has its own:
// without it they are traces of their own where nothing else is traced. Of a
// stream it ends with the first message.
func TraceCall(ctx context.Context, call calls.Call, next calls.Try) (metadata.MD, error) {
	tracer := otel.Tracer("github.com/acme/pricing/internal/telemetry")
	ctx, span := tracer.Start(ctx, "call "+strings.TrimPrefix(call.Method, "/"))
	defer span.End()
	answer, err := next(ctx)
	if err != nil {
		span.SetStatus(codes.Error, err.Error())
	}
	return answer, err
}
