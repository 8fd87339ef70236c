package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestOneTraceFromTheCallerToInventory(t *testing.T) {
	const traceID, caller = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
	received := make(chan string, 10)
	upstream := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		received <- r.Header.Get("Traceparent")
		http.NotFound(w, r)
	}))
	defer upstream.Close()
	url := upstream.URL
	var log bytes.Buffer
	logger := slog.Default()
	defer slog.SetDefault(logger)
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	cfg := settings(t)
	cfg.Upstreams.Inventory.URL = url
	a, err := newApp(t.Context(), cfg, withTelemetry, withMiddleware, withUpstreams)
	if err != nil {
		t.Fatal(err)
	}

	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/v1/upstreams/inventory/items/7", nil)
	request.Header.Set("Traceparent", "00-"+traceID+"-"+caller+"-01")
	a.handler.ServeHTTP(httptest.NewRecorder(), request)

	traceparent := <-received
	if !strings.HasPrefix(traceparent, "00-"+traceID+"-") || strings.Contains(traceparent, caller) {
		t.Errorf("the upstream got %q, want a span of its own in trace %s", traceparent, traceID)
	}
	if !strings.Contains(log.String(), `"trace_id":"`+traceID+`"`) {
		t.Errorf("the failed call was logged without its trace: %s", log.String())
	}
}
