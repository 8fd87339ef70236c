package config

import (
	"errors"
	"net/url"
	"strings"
)

// Observability says which signals are exported. Where they go, and all else,
// the OpenTelemetry SDK reads from the OTEL_ variables itself.
type Observability struct {
	// Traces are exported.
	Traces bool

	// Metrics are exported.
	Metrics bool

	// Logs are exported.
	Logs bool
}

// Without these variables the SDK would try a collector on localhost for ever,
// and it passes over an endpoint that is no URL.
func loadObservability(env *environment) Observability {
	disabled, _ := env.lookup("OTEL_SDK_DISABLED") // the SDK of Go does not read it
	endpoint := read(env, "OTEL_EXPORTER_OTLP_ENDPOINT", collectorURL)
	exported := func(signal string) bool {
		own := read(env, "OTEL_EXPORTER_OTLP_"+signal+"_ENDPOINT", collectorURL)
		exporter, _ := env.lookup("OTEL_" + signal + "_EXPORTER")
		return !strings.EqualFold(disabled, "true") && (endpoint != "" || own != "" || exporter != "")
	}
	var cfg Observability
	cfg.Traces = exported("TRACES")
	cfg.Metrics = exported("METRICS")
	cfg.Logs = exported("LOGS")
	return cfg
}

func collectorURL(text string) (string, error) {
	collector, err := url.Parse(text)
	if err != nil || collector.Host == "" || (collector.Scheme != "http" && collector.Scheme != "https") {
		return "", errors.New("must be an http or https URL with a host")
	}
	return text, nil
}
