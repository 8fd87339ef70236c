import { metrics, ValueType } from '@opentelemetry/api';
import { metrics as sdk } from '@opentelemetry/sdk-node';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { BreakerSettings } from '../../src/config/breaker.ts';
import { captureLog } from '../support/log.ts';
import { answer, call, FakeUpstream } from '../support/upstream.ts';

const reader = new sdk.PeriodicExportingMetricReader({
  exporter: new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE),
});
metrics.setGlobalMeterProvider(new sdk.MeterProvider({ readers: [reader] }));
// Its instruments are made when it is loaded.
const { withBreaker } = await import('../../src/resilience/breaker.ts');

const settings: BreakerSettings = {
  failureRatio: 0.5,
  minimumRequests: 4,
  window: 10_000,
  openFor: 5_000,
  halfOpenRequests: 2,
};

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function breaker(upstream: string, statusCode: number) {
  const { send } = new FakeUpstream(answer(statusCode));
  return withBreaker(send, upstream, settings, captureLog().log);
}

/** The instruments that have measured something. */
async function instruments() {
  const { resourceMetrics } = await reader.collect();
  return resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
}

/** The values of all instruments, by name and attributes. */
async function collect(): Promise<Record<string, unknown>> {
  const values = (await instruments()).flatMap(({ descriptor: { name }, dataPoints }) =>
    dataPoints.map(
      ({ attributes, value }) => [`${name} ${Object.values(attributes).join()}`, value] as const,
    ),
  );
  return Object.fromEntries(values);
}

test('metrics', async () => {
  breaker('healthy', 200);
  const send = breaker('failing', 503);
  const healthy = { 'upstream.circuit_breaker.state healthy': 0 };
  const state = 'upstream.circuit_breaker.state failing';
  expect(await collect()).toEqual({ ...healthy, [state]: 0 });

  for (let count = 0; count < 4; count++) await send(call());
  const opened = { 'upstream.circuit_breaker.changes failing,closed,open': 1 };
  expect(await collect()).toEqual({ ...healthy, ...opened, [state]: 2 });

  vi.advanceTimersByTime(5_000);
  expect(await collect()).toMatchObject({ [state]: 1 });
  const halfOpened = { 'upstream.circuit_breaker.changes failing,open,half-open': 1 };
  expect(await collect()).toEqual({ ...healthy, ...opened, ...halfOpened, [state]: 1 });
});

test('metrics say what they measure', async () => {
  const send = breaker('failing', 503);
  for (let count = 0; count < 4; count++) await send(call());
  expect((await instruments()).map(({ descriptor }) => descriptor)).toMatchObject([
    {
      name: 'upstream.circuit_breaker.changes',
      description: 'How often the circuit breaker of an upstream changed its state.',
      unit: '{change}',
      valueType: ValueType.INT,
    },
    {
      name: 'upstream.circuit_breaker.state',
      description: 'State of the circuit breaker of an upstream: 0 closed, 1 half-open, 2 open.',
      unit: '',
      valueType: ValueType.INT,
    },
  ]);
});
