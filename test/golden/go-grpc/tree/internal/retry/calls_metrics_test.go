package retry_test

import (
	"maps"
	"testing"
	"testing/synctest"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestRepeatedCallsAreCounted(t *testing.T) {
	reader := metric.NewManualReader()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	synctest.Test(t, func(t *testing.T) {
		tries(t, callSettings(), reading, status.Error(codes.Unavailable, "down"))
		tries(t, callSettings(), reading, status.Error(codes.ResourceExhausted, "slow down"))
	})

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	retries := map[string]int64{}
	for _, scope := range collected.ScopeMetrics {
		for _, instrument := range scope.Metrics {
			for _, point := range instrument.Data.(metricdata.Sum[int64]).DataPoints {
				retries[instrument.Name+" "+point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Value
			}
		}
	}
	if want := map[string]int64{
		"upstream.retries reason=429,upstream=stock": 2,
		"upstream.retries reason=503,upstream=stock": 2,
	}; !maps.Equal(retries, want) {
		t.Errorf("got %v, want %v", retries, want)
	}
}
