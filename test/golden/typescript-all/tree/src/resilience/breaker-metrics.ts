import { metrics, ValueType } from '@opentelemetry/api';

import type { CircuitState } from './circuit.ts';

const meter = metrics.getMeter('resilience');

const changes = meter.createCounter('upstream.circuit_breaker.changes', {
  description: 'How often the circuit breaker of an upstream changed its state.',
  unit: '{change}',
  valueType: ValueType.INT,
});

const state = meter.createObservableGauge('upstream.circuit_breaker.state', {
  description: 'State of the circuit breaker of an upstream: 0 closed, 1 half-open, 2 open.',
  valueType: ValueType.INT,
});

const states: readonly CircuitState[] = ['closed', 'half-open', 'open'];

export function countChange(upstream: string, from: CircuitState, to: CircuitState): void {
  changes.add(1, { upstream, from, to });
}

export function observeState(upstream: string, read: () => CircuitState): void {
  state.addCallback((result) => result.observe(states.indexOf(read()), { upstream }));
}
