// Package telemetry exports traces, metrics and logs to an OpenTelemetry
// collector. The OTEL_ variables of the OpenTelemetry specification configure
// it. Unless they say otherwise, the caller decides whether a trace is sampled.
package telemetry

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"slices"
	"strings"
	"time"

	"go.opentelemetry.io/contrib/exporters/autoexport"
	"go.opentelemetry.io/contrib/instrumentation/runtime"
	"go.opentelemetry.io/contrib/propagators/autoprop"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
	"golang.org/x/time/rate"

	"github.com/acme/pricing/internal/config"
)

// flushTimeout bounds the end of the service when the collector is down.
const flushTimeout = 3 * time.Second

// Start sets the global providers of OpenTelemetry. The returned function
// flushes and stops them. Failed exports are logged to logger, which must not
// be one that exports.
func Start(ctx context.Context, cfg config.Observability, service, version string, logger *slog.Logger) (stop func(context.Context) error, err error) {
	res, err := newResource(ctx, service, version, logger)
	if err != nil {
		return nil, err
	}
	propagator, err := newPropagator(ctx, os.Getenv("OTEL_PROPAGATORS"), logger)
	if err != nil {
		return nil, err
	}
	otel.SetErrorHandler(logSeldom(logger))
	otel.SetTextMapPropagator(propagator)
	tracerProvider, err := startTraces(ctx, res, cfg.Traces)
	if err != nil {
		return nil, fmt.Errorf("OTEL_TRACES_EXPORTER: %w", err)
	}
	meterProvider, err := startMetrics(ctx, res, cfg.Metrics)
	if err != nil {
		return nil, fmt.Errorf("OTEL_METRICS_EXPORTER: %w", err)
	}
	loggerProvider, err := startLogs(ctx, res, cfg.Logs)
	if err != nil {
		return nil, fmt.Errorf("OTEL_LOGS_EXPORTER: %w", err)
	}
	if err := runtime.Start(); err != nil {
		return nil, fmt.Errorf("runtime metrics: %w", err)
	}
	return func(ctx context.Context) error {
		ctx, cancel := context.WithTimeout(ctx, flushTimeout)
		defer cancel()
		return errors.Join(tracerProvider.Shutdown(ctx), meterProvider.Shutdown(ctx), loggerProvider.Shutdown(ctx))
	}, nil
}

// newResource describes the service. What cannot be read of the variable is
// left out and logged: a typing error of the platform must not end a service.
func newResource(ctx context.Context, service, version string, logger *slog.Logger) (*resource.Resource, error) {
	report := func(err error) {
		logger.WarnContext(ctx, "variable not used", "variable", "OTEL_RESOURCE_ATTRIBUTES", "error", err)
	}
	otel.SetErrorHandler(otel.ErrorHandlerFunc(report)) // is told of values that cannot be decoded
	res, err := resource.New(ctx,
		resource.WithTelemetrySDK(),
		resource.WithAttributes(
			attribute.String("service.name", service),
			attribute.String("service.version", version),
		),
		resource.WithFromEnv(), // last: the environment wins
	)
	if errors.Is(err, resource.ErrPartialResource) {
		report(err)
		return res, nil
	}
	return res, err
}

// newPropagator knows the formats of traces that services in other languages
// know too. Others are left out and logged.
func newPropagator(ctx context.Context, names string, logger *slog.Logger) (propagation.TextMapPropagator, error) {
	var known []string
	for name := range strings.SplitSeq(names, ",") {
		name = strings.TrimSpace(name)
		switch {
		case slices.Contains([]string{"tracecontext", "baggage", "b3", "b3multi", "jaeger", "none"}, name):
			known = append(known, name)
		case name != "":
			err := fmt.Errorf("%q is not one of tracecontext, baggage, b3, b3multi, jaeger, none", name)
			logger.WarnContext(ctx, "variable not used", "variable", "OTEL_PROPAGATORS", "error", err)
		}
	}
	if len(known) == 0 {
		known = []string{"tracecontext", "baggage"}
	}
	return autoprop.TextMapPropagator(known...)
}

func startTraces(ctx context.Context, res *resource.Resource, exported bool) (*trace.TracerProvider, error) {
	options := []trace.TracerProviderOption{trace.WithResource(res)}
	if exported {
		exporter, err := autoexport.NewSpanExporter(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, trace.WithBatcher(exporter))
	}
	provider := trace.NewTracerProvider(options...)
	otel.SetTracerProvider(provider)
	return provider, nil
}

// views leave out what services in other languages do not measure, and what
// callers choose: each Host header would make a series.
func views() metric.Option {
	return metric.WithView(
		metric.NewView(
			metric.Instrument{Name: "http.*.body.size"},
			metric.Stream{Aggregation: metric.AggregationDrop{}},
		),
		metric.NewView(
			metric.Instrument{Name: "http.server.request.duration"},
			metric.Stream{AttributeFilter: attribute.NewDenyKeysFilter("server.address", "server.port")},
		),
	)
}

func startMetrics(ctx context.Context, res *resource.Resource, exported bool) (*metric.MeterProvider, error) {
	options := []metric.Option{metric.WithResource(res), views()}
	if exported {
		reader, err := autoexport.NewMetricReader(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, metric.WithReader(reader))
	}
	provider := metric.NewMeterProvider(options...)
	otel.SetMeterProvider(provider)
	return provider, nil
}

func startLogs(ctx context.Context, res *resource.Resource, exported bool) (*log.LoggerProvider, error) {
	options := []log.LoggerProviderOption{log.WithResource(res)}
	if exported {
		exporter, err := autoexport.NewLogExporter(ctx)
		if err != nil {
			return nil, err
		}
		options = append(options, log.WithProcessor(log.NewBatchProcessor(exporter)))
	}
	provider := log.NewLoggerProvider(options...)
	otel.SetLoggerProvider(provider)
	return provider, nil
}

// logSeldom logs one error a minute: a collector that is down must not fill
// the log.
func logSeldom(logger *slog.Logger) otel.ErrorHandler {
	seldom := rate.Sometimes{Interval: time.Minute}
	return otel.ErrorHandlerFunc(func(err error) {
		seldom.Do(func() { logger.Warn("telemetry was not exported", "error", err) })
	})
}
