package retry

import (
	"context"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

// countRepeat asks for the counter each time, and gets the same one.
func countRepeat(ctx context.Context, upstream, reason string) {
	repeats, _ := otel.Meter("github.com/acme/pricing/internal/retry").Int64Counter("upstream.retries",
		metric.WithDescription("How often a call to an upstream was tried again, by what went wrong."),
		metric.WithUnit("{retry}"))
	repeats.Add(ctx, 1, metric.WithAttributes(
		attribute.String("upstream", upstream),
		attribute.String("reason", reason),
	))
}
