package breaker

import (
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
)

// instruments returns those that have measured something.
func instruments(t *testing.T, reader *metric.ManualReader) []metricdata.Metrics {
	t.Helper()
	var collected metricdata.ResourceMetrics
	if err := reader.Collect(t.Context(), &collected); err != nil {
		t.Fatal(err)
	}
	var all []metricdata.Metrics
	for _, scope := range collected.ScopeMetrics {
		all = append(all, scope.Metrics...)
	}
	return all
}

// collect returns the values of the measured upstreams by their attributes.
func collect(t *testing.T, reader *metric.ManualReader) map[string]int64 {
	t.Helper()
	values := map[string]int64{}
	add := func(name string, points []metricdata.DataPoint[int64]) {
		for _, point := range points {
			attributes := point.Attributes.Encoded(attribute.DefaultEncoder())
			if strings.Contains(attributes, "upstream=measured-") {
				values[name+" "+attributes] = point.Value
			}
		}
	}
	for _, instrument := range instruments(t, reader) {
		switch data := instrument.Data.(type) {
		case metricdata.Gauge[int64]:
			add(instrument.Name, data.DataPoints)
		case metricdata.Sum[int64]:
			add(instrument.Name, data.DataPoints)
		}
	}
	return values
}

func TestMetrics(t *testing.T) {
	const (
		healthy  = "upstream.circuit_breaker.state upstream=measured-healthy"
		failing  = "upstream.circuit_breaker.state upstream=measured-failing"
		opened   = "upstream.circuit_breaker.changes from=closed,to=open,upstream=measured-failing"
		halfOpen = "upstream.circuit_breaker.changes from=open,to=half-open,upstream=measured-failing"
	)
	reader := metric.NewManualReader()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	synctest.Test(t, func(t *testing.T) {
		New(&upstream{status: http.StatusOK}, "measured-healthy", settings())
		transport := New(&upstream{status: http.StatusServiceUnavailable}, "measured-failing", settings())
		if got, want := collect(t, reader), map[string]int64{healthy: 0, failing: 0}; !maps.Equal(got, want) {
			t.Errorf("closed: got %v, want %v", got, want)
		}
		_ = send(t, transport, 4)
		if got, want := collect(t, reader), map[string]int64{healthy: 0, failing: 2, opened: 1}; !maps.Equal(got, want) {
			t.Errorf("open: got %v, want %v", got, want)
		}
		time.Sleep(5*time.Second + time.Millisecond)
		if got, want := collect(t, reader), map[string]int64{healthy: 0, failing: 1, opened: 1, halfOpen: 1}; !maps.Equal(got, want) {
			t.Errorf("half-open: got %v, want %v", got, want)
		}
	})
}

func TestMetricsSayWhatTheyMeasure(t *testing.T) {
	reader := metric.NewManualReader()
	otel.SetMeterProvider(metric.NewMeterProvider(metric.WithReader(reader)))
	_ = send(t, New(&upstream{status: http.StatusServiceUnavailable}, "inventory", settings()), 4)
	type about struct{ unit, description string }
	got := map[string]about{}
	for _, instrument := range instruments(t, reader) {
		got[instrument.Name] = about{instrument.Unit, instrument.Description}
	}
	if want := map[string]about{
		"upstream.circuit_breaker.changes": {"{change}", "How often the circuit breaker of an upstream changed its state."},
		"upstream.circuit_breaker.state":   {"", "State of the circuit breaker of an upstream: 0 closed, 1 half-open, 2 open."},
	}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
