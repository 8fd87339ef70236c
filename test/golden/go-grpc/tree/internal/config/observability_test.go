package config

import "testing"

func TestObservability(t *testing.T) {
	for name, test := range map[string]struct {
		variables []string
		want      Observability
	}{
		"nothing":           {nil, Observability{}},
		"one collector":     {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318"}, Observability{Traces: true, Metrics: true, Logs: true}},
		"traces collector":  {[]string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://collector:4318/v1/traces"}, Observability{Traces: true}},
		"metrics collector": {[]string{"OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "https://collector:4318/v1/metrics"}, Observability{Metrics: true}},
		"disabled":          {[]string{"OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4318", "OTEL_SDK_DISABLED", "true"}, Observability{}},
		"not disabled":      {[]string{"OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", "http://collector:4318", "OTEL_SDK_DISABLED", "false"}, Observability{Logs: true}},
		"logs exporter":     {[]string{"OTEL_LOGS_EXPORTER", "console"}, Observability{Logs: true}},
	} {
		t.Run(name, func(t *testing.T) {
			cfg, err := Load(variables(test.variables...))
			if err != nil {
				t.Fatal(err)
			}
			if cfg.Observability != test.want {
				t.Errorf("got %+v, want %+v", cfg.Observability, test.want)
			}
		})
	}
}

func TestObservabilityRefuses(t *testing.T) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT"} {
		for _, endpoint := range []string{"collector:4318", "http://", "grpc://collector:4317", "http://%zz"} {
			refuses(t, name, endpoint)
		}
	}
}
