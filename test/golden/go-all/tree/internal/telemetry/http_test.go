package telemetry_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/acme/orders/internal/config"
	"github.com/acme/orders/internal/telemetry"
)

const notSampled = "00-" + traceID + "-00f067aa0ba902b7-00"

// durationMetric is recorded of each request.
const durationMetric = "http.server.request.duration"

// handleOne lets the handler see a request.
func handleOne(t *testing.T, url string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	telemetry.Handler(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), request)
}

// serve sends a request through the handler to a mux.
func serve(t *testing.T, path string, headers map[string]string) {
	t.Helper()
	mux := http.NewServeMux()
	teapot := func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }
	mux.HandleFunc("GET /items/{id}", teapot)
	mux.HandleFunc("/any", teapot)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil)
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	telemetry.Handler(mux).ServeHTTP(httptest.NewRecorder(), request)
}

// hasAttribute checks that span has an attribute.
func hasAttribute(t *testing.T, span trace.ReadOnlySpan, want attribute.KeyValue) {
	t.Helper()
	if !slices.ContainsFunc(span.Attributes(), func(got attribute.KeyValue) bool {
		return got.Key == want.Key && got.Value.String() == want.Value.String()
	}) {
		t.Errorf("no %s=%s in %v", want.Key, want.Value.String(), span.Attributes())
	}
}

func TestServerSpan(t *testing.T) {
	spans, _ := record(t)
	serve(t, "/items/7", map[string]string{"Traceparent": traceparent, "X-Envoy-Attempt-Count": "1"})
	ended := spans.Ended()
	if len(ended) != 1 {
		t.Fatalf("got %d spans, want 1", len(ended))
	}
	span := ended[0]
	if got := span.SpanContext().TraceID().String(); got != traceID {
		t.Errorf("got trace %s, want the caller's %s", got, traceID)
	}
	if got := span.Name(); got != "GET /items/{id}" {
		t.Errorf("got name %q, want the route", got)
	}
	hasAttribute(t, span, attribute.String("http.route", "/items/{id}"))
	hasAttribute(t, span, attribute.Int("http.response.status_code", http.StatusTeapot))
	hasAttribute(t, span, attribute.StringSlice("http.request.header.x-envoy-attempt-count", []string{"1"}))
}

func TestRouteOfAnyMethod(t *testing.T) {
	spans, _ := record(t)
	serve(t, "/any", nil)
	hasAttribute(t, spans.Ended()[0], attribute.String("http.route", "/any"))
}

func TestCallerDecidesOnSampling(t *testing.T) {
	spans, _ := record(t)
	serve(t, "/items/7", map[string]string{"Traceparent": notSampled})
	if got := len(spans.Ended()); got != 0 {
		t.Errorf("got %d spans of a trace that is not sampled", got)
	}
}

func TestProbesAreNotRecorded(t *testing.T) {
	spans, _ := record(t)
	for _, probe := range []string{"/healthz", "/readyz"} {
		serve(t, probe, nil)
	}
	if got := len(spans.Ended()); got != 0 {
		t.Errorf("got %d spans of probes", got)
	}
}

func TestServerMetrics(t *testing.T) {
	_, metrics := record(t)
	serve(t, "/items/7", nil)
	var data metricdata.ResourceMetrics
	if err := metrics.Collect(t.Context(), &data); err != nil {
		t.Fatal(err)
	}
	for _, scope := range data.ScopeMetrics {
		for _, m := range scope.Metrics {
			if m.Name != "http.server.request.duration" {
				continue
			}
			point := m.Data.(metricdata.Histogram[float64]).DataPoints[0]
			route, _ := point.Attributes.Value("http.route")
			status, _ := point.Attributes.Value("http.response.status_code")
			if point.Count != 1 || route.AsString() != "/items/{id}" || status.AsInt64() != http.StatusTeapot {
				t.Errorf("got %d requests of %q with %d", point.Count, route.AsString(), status.AsInt64())
			}
			return
		}
	}
	t.Error("no http.server.request.duration")
}

func TestRepeatedRequestIsLogged(t *testing.T) {
	record(t)
	for attempt, want := range map[string]int{"": 0, "1": 0, "2": 1, "10": 1, "often": 0} {
		var log bytes.Buffer
		former := slog.Default()
		slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
		serve(t, "/items/7", map[string]string{"X-Envoy-Attempt-Count": attempt})
		slog.SetDefault(former)
		if got := strings.Count(log.String(), "attempt="+attempt); want != strings.Count(log.String(), "\n") || got != want {
			t.Errorf("attempt %q: got log %q, want %d lines", attempt, log.String(), want)
		}
	}
}

func TestCallersMakeNoSeries(t *testing.T) {
	received := &collector{received: map[string]string{}}
	server := httptest.NewServer(received)
	defer server.Close()
	environment(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT":  server.URL,
		"OTEL_METRICS_EXEMPLAR_FILTER": "always_off", // those name the caller's choice, a few at a time
	})
	stop, err := telemetry.Start(t.Context(), config.Observability{Metrics: true}, "the-service", "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	handleOne(t, "http://chosen.by.the.caller:4711/")
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := received.received["/v1/metrics"]; !strings.Contains(got, durationMetric) || strings.Contains(got, "chosen.by.the.caller") {
		t.Errorf("the metrics were %q", got)
	}
}
