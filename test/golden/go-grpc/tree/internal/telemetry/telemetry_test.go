package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/telemetry"
)

var everything = config.Observability{Traces: true, Metrics: true, Logs: true}

// environment replaces the variables of whoever runs the tests.
func environment(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{
		"OTEL_SERVICE_NAME", "OTEL_RESOURCE_ATTRIBUTES",
		"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL",
		"OTEL_TRACES_EXPORTER", "OTEL_METRICS_EXPORTER", "OTEL_LOGS_EXPORTER",
		"OTEL_PROPAGATORS",
	} {
		t.Setenv(name, "")
	}
	for name, value := range variables {
		t.Setenv(name, value)
	}
}

// collector keeps what it was sent, by path.
type collector struct {
	mu       sync.Mutex
	received map[string]string
}

func (c *collector) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.received[r.URL.Path] += string(body)
}

func TestStopFlushesEverySignal(t *testing.T) {
	received := &collector{received: map[string]string{}}
	server := httptest.NewServer(received)
	defer server.Close()
	environment(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL,
		"OTEL_RESOURCE_ATTRIBUTES":    "k8s.pod.name=the-service-0",
	})

	stop, err := telemetry.Start(t.Context(), everything, "the-service", "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "a-span")
	slog.New(telemetry.LogHandler("the-service", slog.DiscardHandler)).InfoContext(ctx, "a-message")
	handleOne(t, "/")
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}

	traceID := span.SpanContext().TraceID()
	for path, want := range map[string][]string{
		"/v1/traces":  {"the-service", "1.2.3", "the-service-0", "a-span", string(traceID[:])},
		"/v1/logs":    {"the-service", "1.2.3", "the-service-0", "a-message", string(traceID[:])},
		"/v1/metrics": {"the-service", "1.2.3", "the-service-0", "go.memory.used", durationMetric},
	} {
		for _, text := range want {
			if !strings.Contains(received.received[path], text) {
				t.Errorf("%s received no %q", path, text)
			}
		}
	}
	if strings.Contains(received.received["/v1/metrics"], "body.size") {
		t.Error("the sizes of bodies were sent")
	}
}

func TestEnvironmentNamesTheService(t *testing.T) {
	received := &collector{received: map[string]string{}}
	server := httptest.NewServer(received)
	defer server.Close()
	environment(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL,
		"OTEL_SERVICE_NAME":           "renamed",
	})

	stop, err := telemetry.Start(t.Context(), config.Observability{Metrics: true}, "the-service", "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := received.received["/v1/metrics"]; !strings.Contains(got, "renamed") || strings.Contains(got, "the-service") {
		t.Errorf("received %q", got)
	}
}

func TestNothingIsSentUnlessConfigured(t *testing.T) {
	received := &collector{received: map[string]string{}}
	server := httptest.NewServer(received)
	defer server.Close()
	environment(t, map[string]string{"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL})

	stop, err := telemetry.Start(t.Context(), config.Observability{}, "the-service", "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "a-span")
	slog.New(telemetry.LogHandler("the-service", slog.DiscardHandler)).InfoContext(ctx, "a-message")
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	if len(received.received) > 0 {
		t.Errorf("received %q", received.received)
	}
	if !span.SpanContext().IsValid() {
		t.Error("without a collector there is no trace id for the logs")
	}
}

func TestSpansThatAreNotExportedGiveLogsTheirIDs(t *testing.T) {
	received := &collector{received: map[string]string{}}
	server := httptest.NewServer(received)
	defer server.Close()
	environment(t, map[string]string{
		"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL,
		"OTEL_TRACES_EXPORTER":        "none",
	})

	stop, err := telemetry.Start(t.Context(), config.Observability{Metrics: true, Logs: true}, "the-service", "1.2.3", slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	ctx, span := otel.Tracer("test").Start(t.Context(), "a-span")
	line := logged(t, func(l *slog.Logger) { l.InfoContext(ctx, "hello") })
	span.End()
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
	traceID, spanID := span.SpanContext().TraceID(), span.SpanContext().SpanID()
	if line["trace_id"] != traceID.String() || line["span_id"] != spanID.String() {
		t.Errorf("got %v, want the ids of %v", line, span.SpanContext())
	}
	if !strings.Contains(received.received["/v1/logs"], string(traceID[:])) {
		t.Error("the log was exported without its trace")
	}
	if got, sent := received.received["/v1/traces"]; sent {
		t.Errorf("received spans %q", got)
	}
}

func TestStartNamesTheVariable(t *testing.T) {
	for name, value := range map[string]string{
		"OTEL_TRACES_EXPORTER":  "carrier-pigeon",
		"OTEL_METRICS_EXPORTER": "carrier-pigeon",
		"OTEL_LOGS_EXPORTER":    "carrier-pigeon",
	} {
		t.Run(name, func(t *testing.T) {
			variables := map[string]string{
				"OTEL_TRACES_EXPORTER":  "none",
				"OTEL_METRICS_EXPORTER": "none",
				"OTEL_LOGS_EXPORTER":    "none",
			}
			variables[name] = value
			environment(t, variables)
			_, err := telemetry.Start(t.Context(), everything, "the-service", "1.2.3", slog.Default())
			if err == nil || !strings.HasPrefix(err.Error(), name) {
				t.Errorf("got error %v, want one of %s", err, name)
			}
		})
	}
}

func TestMalformedResourceAttributesAreReported(t *testing.T) {
	for value, test := range map[string]struct {
		want     string
		reported bool
	}{
		"team=blue":         {"blue", false},
		"team=a=b":          {"a=b", false},
		"team=blue,":        {"blue", true},
		"no-pair,team=blue": {"blue", true},
		"team=100%":         {"100%", true},
	} {
		t.Run(value, func(t *testing.T) {
			received := &collector{received: map[string]string{}}
			server := httptest.NewServer(received)
			defer server.Close()
			environment(t, map[string]string{
				"OTEL_EXPORTER_OTLP_ENDPOINT": server.URL,
				"OTEL_RESOURCE_ATTRIBUTES":    value,
			})
			var log bytes.Buffer
			stop, err := telemetry.Start(t.Context(), config.Observability{Metrics: true}, "the-service", "1.2.3", slog.New(slog.NewTextHandler(&log, nil)))
			if err != nil {
				t.Fatal(err)
			}
			if err := stop(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := received.received["/v1/metrics"]; !strings.Contains(got, "team") || !strings.Contains(got, test.want) {
				t.Errorf("the metrics lack %q", test.want)
			}
			if reported := strings.Contains(log.String(), "variable=OTEL_RESOURCE_ATTRIBUTES"); reported != test.reported {
				t.Errorf("logged %q", log.String())
			}
		})
	}
}

func TestPropagators(t *testing.T) {
	for names, test := range map[string]struct {
		fields   string
		reported bool
	}{
		"":                 {"baggage,traceparent,tracestate", false},
		"b3":               {"b3", false},
		"b3multi,baggage":  {"baggage,x-b3-flags,x-b3-sampled,x-b3-spanid,x-b3-traceid", false},
		"tracecontext":     {"traceparent,tracestate", false},
		"jaeger":           {"uber-trace-id", false},
		"none":             {"", false},
		"b3,xray":          {"b3", true},
		"carrier-pigeon":   {"baggage,traceparent,tracestate", true},
		"tracecontext, b3": {"b3,traceparent,tracestate", false},
	} {
		t.Run(names, func(t *testing.T) {
			environment(t, map[string]string{"OTEL_PROPAGATORS": names})
			var log bytes.Buffer
			if _, err := telemetry.Start(t.Context(), config.Observability{}, "the-service", "1.2.3", slog.New(slog.NewTextHandler(&log, nil))); err != nil {
				t.Fatal(err)
			}
			fields := otel.GetTextMapPropagator().Fields()
			slices.Sort(fields)
			if got := strings.Join(slices.Compact(fields), ","); got != test.fields {
				t.Errorf("got %q", got)
			}
			if reported := strings.Contains(log.String(), "variable=OTEL_PROPAGATORS"); reported != test.reported {
				t.Errorf("logged %q", log.String())
			}
		})
	}
}

// hangingExporter stands for a collector that does not answer.
type hangingExporter struct{}

func (hangingExporter) ExportSpans(ctx context.Context, _ []trace.ReadOnlySpan) error {
	<-ctx.Done()
	return ctx.Err()
}

func (hangingExporter) Shutdown(context.Context) error { return nil }

func init() {
	autoexport.RegisterSpanExporter("hanging", func(context.Context) (trace.SpanExporter, error) {
		return hangingExporter{}, nil
	})
}

func TestStopDoesNotWaitForTheCollector(t *testing.T) {
	environment(t, map[string]string{"OTEL_TRACES_EXPORTER": "hanging"})
	synctest.Test(t, func(t *testing.T) {
		stop, err := telemetry.Start(t.Context(), config.Observability{Traces: true}, "the-service", "1.2.3", slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		_, span := otel.Tracer("test").Start(t.Context(), "a-span")
		span.End()
		start := time.Now()
		err = stop(t.Context())
		if took := time.Since(start); !errors.Is(err, context.DeadlineExceeded) || took != 3*time.Second {
			t.Errorf("stopped after %v with %v", took, err)
		}
		time.Sleep(time.Minute) // the SDK lets the export go on until its own timeout
	})
}

func TestFailedExportsAreLoggedOnceAMinute(t *testing.T) {
	environment(t, nil)
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		_, err := telemetry.Start(t.Context(), config.Observability{}, "the-service", "1.2.3", slog.New(slog.NewTextHandler(&log, nil)))
		if err != nil {
			t.Fatal(err)
		}
		count := func() int { return strings.Count(log.String(), "collector is down") }
		for range 10 {
			otel.Handle(errors.New("collector is down"))
		}
		if count() != 1 {
			t.Errorf("logged %d times at once", count())
		}
		time.Sleep(time.Minute)
		otel.Handle(errors.New("collector is down"))
		if count() != 2 {
			t.Errorf("logged %d times after a minute", count())
		}
	})
}
