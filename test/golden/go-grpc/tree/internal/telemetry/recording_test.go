package telemetry_test

import (
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/telemetry"
)

const (
	traceID     = "4bf92f3577b34da6a3ce929d0e0e4736"
	traceparent = "00-" + traceID + "-00f067aa0ba902b7-01"
)

// record starts telemetry and keeps what it would export.
func record(t *testing.T) (*tracetest.SpanRecorder, *metric.ManualReader) {
	t.Helper()
	environment(t, nil)
	if _, err := telemetry.Start(t.Context(), config.Observability{}, "the-service", "1.2.3", slog.Default()); err != nil {
		t.Fatal(err)
	}
	spans, metrics := tracetest.NewSpanRecorder(), metric.NewManualReader()
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSpanProcessor(spans)))
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(metrics)))
	return spans, metrics
}
