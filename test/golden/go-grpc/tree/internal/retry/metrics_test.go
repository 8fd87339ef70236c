package retry

import (
	"maps"
	"net/http"
	"syscall"
	"testing"
	"testing/synctest"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

func TestMetrics(t *testing.T) {
	reader := metric.NewManualReader()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	synctest.Test(t, func(t *testing.T) {
		upstream := &tries{outcomes: []outcome{{status: 503}, {err: syscall.ECONNRESET}, {status: 200}}}
		_, _ = send(t, New(upstream, "inventory", settings()), request(t, http.MethodGet, ""))
	})

	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	retries := map[string]int64{}
	for _, scope := range collected.ScopeMetrics {
		for _, instrument := range scope.Metrics {
			if instrument.Unit != "{retry}" || instrument.Description != "How often a call to an upstream was tried again, by what went wrong." {
				t.Errorf("%s counts %s: %s", instrument.Name, instrument.Unit, instrument.Description)
			}
			for _, point := range instrument.Data.(metricdata.Sum[int64]).DataPoints {
				retries[instrument.Name+" "+point.Attributes.Encoded(attribute.DefaultEncoder())] = point.Value
			}
		}
	}
	if want := map[string]int64{
		"upstream.retries reason=503,upstream=inventory":   1,
		"upstream.retries reason=reset,upstream=inventory": 1,
	}; !maps.Equal(retries, want) {
		t.Errorf("got %v, want %v", retries, want)
	}
}
