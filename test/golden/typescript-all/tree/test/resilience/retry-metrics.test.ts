import { metrics, ValueType } from '@opentelemetry/api';
import { metrics as sdk } from '@opentelemetry/sdk-node';
import { expect, test } from 'vitest';

import { captureLog } from '../support/log.ts';
import { answer, call, FakeUpstream } from '../support/upstream.ts';

const reader = new sdk.PeriodicExportingMetricReader({
  exporter: new sdk.InMemoryMetricExporter(sdk.AggregationTemporality.CUMULATIVE),
});
metrics.setGlobalMeterProvider(new sdk.MeterProvider({ readers: [reader] }));
// Its instrument is made when it is loaded.
const { withRetry } = await import('../../src/resilience/retry.ts');

test('metrics', async () => {
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET', syscall: 'read' });
  const upstream = new FakeUpstream(answer(503), reset, answer(200));
  const settings = {
    attempts: 3,
    perAttemptTimeout: 1_000,
    backoffInitial: 1,
    backoffMax: 1,
    on: ['reset', '503'],
    budget: 1,
  };
  await withRetry(upstream.send, 'inventory', settings, captureLog().log)(call());

  const { resourceMetrics } = await reader.collect();
  const instruments = resourceMetrics.scopeMetrics.flatMap(({ metrics }) => metrics);
  expect(instruments).toMatchObject([
    {
      descriptor: {
        name: 'upstream.retries',
        description: 'How often a call to an upstream was tried again, by what went wrong.',
        unit: '{retry}',
        valueType: ValueType.INT,
      },
      dataPoints: [
        { attributes: { upstream: 'inventory', reason: '503' }, value: 1 },
        { attributes: { upstream: 'inventory', reason: 'reset' }, value: 1 },
      ],
    },
  ]);
});
