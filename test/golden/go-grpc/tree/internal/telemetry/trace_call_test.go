package telemetry_test

import (
	"context"
	"testing"

	otelcodes "go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/trace"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/acme/pricing/internal/calls"
	"github.com/acme/pricing/internal/telemetry"
)

func TestTraceCallIsAboveAllTries(t *testing.T) {
	spans, _ := record(t)
	down := status.Error(codes.Unavailable, "down")
	var above []trace.SpanContext
	answer, err := telemetry.TraceCall(t.Context(), calls.Call{Method: "/a.B/C"}, func(ctx context.Context) (metadata.MD, error) {
		above = append(above, trace.SpanContextFromContext(ctx))
		return metadata.Pairs("name", "value"), down
	})
	if status.Code(err) != codes.Unavailable || len(answer.Get("name")) != 1 {
		t.Errorf("got %v, %v", answer, err)
	}
	_, _ = telemetry.TraceCall(t.Context(), calls.Call{Method: "/a.B/C"}, func(context.Context) (metadata.MD, error) {
		return nil, nil
	})
	ended := spans.Ended()
	if len(ended) != 2 || len(above) != 1 || !ended[0].SpanContext().Equal(above[0].WithRemote(false)) {
		t.Fatalf("the spans are %v, above the try is %v", ended, above)
	}
	if got := ended[0]; got.Name() != "call a.B/C" || got.Status().Code != otelcodes.Error || got.Status().Description != down.Error() {
		t.Errorf("got %s, %+v", got.Name(), got.Status())
	}
	if got := ended[1].Status().Code; got != otelcodes.Unset {
		t.Errorf("a good call is %v", got)
	}
}
