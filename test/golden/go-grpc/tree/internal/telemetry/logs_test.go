package telemetry_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"testing"

	"go.opentelemetry.io/otel"

	"github.com/acme/pricing/internal/telemetry"
)

// logged returns the JSON line that log writes.
func logged(t *testing.T, log func(*slog.Logger)) map[string]any {
	t.Helper()
	var out bytes.Buffer
	log(slog.New(telemetry.LogHandler("the-service", slog.NewJSONHandler(&out, nil))))
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%q: %v", out.String(), err)
	}
	return line
}

func TestLogLineNamesItsTrace(t *testing.T) {
	record(t)
	ctx, span := otel.Tracer("test").Start(t.Context(), "a-span")
	defer span.End()
	for name, log := range map[string]func(*slog.Logger){
		"plain":           func(l *slog.Logger) { l.InfoContext(ctx, "hello", "a", 1) },
		"with attributes": func(l *slog.Logger) { l.With("a", 1).InfoContext(ctx, "hello") },
	} {
		t.Run(name, func(t *testing.T) {
			line := logged(t, log)
			current := span.SpanContext()
			if line["trace_id"] != current.TraceID().String() || line["span_id"] != current.SpanID().String() || line["trace_flags"] != "01" {
				t.Errorf("got %v, want the ids of %v", line, current)
			}
			if line["msg"] != "hello" || line["a"] != 1.0 {
				t.Errorf("got %v, want the message and its attribute", line)
			}
		})
	}
}

func TestLogLineOfAGroupNamesItsTrace(t *testing.T) {
	record(t)
	ctx, span := otel.Tracer("test").Start(t.Context(), "a-span")
	defer span.End()
	line := logged(t, func(l *slog.Logger) { l.WithGroup("g").InfoContext(ctx, "hello", "a", 1) })
	group, _ := line["g"].(map[string]any)
	if group["a"] != 1.0 || group["trace_id"] != span.SpanContext().TraceID().String() {
		t.Errorf("got %v", line)
	}
}

func TestLogLineWithoutATrace(t *testing.T) {
	record(t)
	line := logged(t, func(l *slog.Logger) { l.InfoContext(context.Background(), "hello") })
	if _, found := line["trace_id"]; found {
		t.Errorf("got %v, want no trace", line)
	}
}
