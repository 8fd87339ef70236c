package breaker

import (
	"context"

	"github.com/sony/gobreaker/v2"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
)

const scope = "github.com/acme/orders/internal/breaker"

// changeCounter returns a function that may be called under the lock of a
// circuit. The counter is made before: a collection of metrics, which asks for
// the state of circuits, does not let one be made meanwhile.
func changeCounter() func(upstream string, from, to gobreaker.State) {
	changes, _ := otel.Meter(scope).Int64Counter("upstream.circuit_breaker.changes",
		metric.WithDescription("How often the circuit breaker of an upstream changed its state."),
		metric.WithUnit("{change}"))
	return func(upstream string, from, to gobreaker.State) {
		changes.Add(context.Background(), 1, metric.WithAttributes(
			attribute.String("upstream", upstream),
			attribute.String("from", from.String()),
			attribute.String("to", to.String()),
		))
	}
}

func observeState[T any](circuit *gobreaker.CircuitBreaker[T]) {
	upstream := metric.WithAttributes(attribute.String("upstream", circuit.Name()))
	state, _ := otel.Meter(scope).Int64ObservableGauge("upstream.circuit_breaker.state",
		metric.WithDescription("State of the circuit breaker of an upstream: 0 closed, 1 half-open, 2 open."))
	_, _ = otel.Meter(scope).RegisterCallback(func(_ context.Context, observer metric.Observer) error {
		observer.ObserveInt64(state, int64(circuit.State()), upstream)
		return nil
	}, state)
}
