package main

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/acme/pricing/internal/config"
	"github.com/acme/pricing/internal/server"
)

func TestTelemetryIsFlushedAtTheEnd(t *testing.T) {
	for name, test := range map[string]struct {
		status int
		warns  bool
	}{
		"collector accepts it": {http.StatusOK, false},
		"collector refuses it": {http.StatusBadRequest, true},
	} {
		t.Run(name, func(t *testing.T) {
			received := make(chan string, 1)
			collector := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				received <- r.URL.Path
				w.WriteHeader(test.status)
			}))
			defer collector.Close()
			t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", collector.URL)
			var log bytes.Buffer
			logger := slog.Default()
			defer slog.SetDefault(logger)
			slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
			cfg := settings(t)
			cfg.Observability = config.Observability{Metrics: true}
			a, err := newApp(t.Context(), cfg, parts[0])
			if err != nil {
				t.Fatal(err)
			}
			if err := server.Stop(t.Context(), a.stops); err != nil {
				t.Errorf("the service must end well, got %v", err)
			}
			if path := <-received; path != "/v1/metrics" {
				t.Errorf("got telemetry at %s", path)
			}
			if warned := strings.Contains(log.String(), "the last telemetry was lost"); warned != test.warns {
				t.Errorf("got log %q", log.String())
			}
		})
	}
}
