import type { Flow } from './flow.js';
import type { ControlQuery } from './mesh-source.js';

/** The service counts its own retries and breakers. */
export function appQueries({ name, breaker, retries }: Flow): readonly ControlQuery[] {
  return [
    ...(retries === undefined
      ? []
      : [
          {
            control: 'retries of the application',
            shows: 'repeated tries a second',
            query: `sum(rate(upstream_retries_total{upstream="${name}"}[5m]))`,
          },
        ]),
    ...(breaker === undefined
      ? []
      : [
          {
            control: 'breaker',
            shows: 'state of the breaker by pod',
            query: `max by (instance) (upstream_circuit_breaker_state{upstream="${name}"})`,
          },
        ]),
  ];
}

/** What must be set up before queries show anything, each once. */
export function needsOf(queries: readonly ControlQuery[]): readonly string[] {
  return [...new Set(queries.flatMap(({ needs }) => needs ?? []))];
}
