import { context, metrics, propagation, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { startTelemetry } from '../../src/telemetry/sdk.ts';
import { version } from '../../src/version.ts';
import { Collector } from '../support/collector.ts';

const everything = { traces: true, metrics: true, logs: true };
const nothing = { traces: false, metrics: false, logs: false };

let collector: Collector;

beforeEach(async () => {
  collector = new Collector();
  for (const [name, value] of Object.entries(await collector.start())) vi.stubEnv(name, value);
});

afterEach(() => {
  collector.stop();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const api of [trace, metrics, context, propagation]) api.disable();
});

/** A logger that was made after telemetry has started. */
async function captureLog() {
  return (await import('../support/log.ts')).captureLog();
}

function endSpan(): string {
  const span = trace.getTracer('test').startSpan('a-span');
  span.end();
  return span.spanContext().traceId;
}

test('stop flushes every signal', async () => {
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'k8s.pod.name=orders-0');
  const stopTelemetry = startTelemetry(everything);
  const { log, lines } = await captureLog();
  log.info('hello');
  endSpan();
  metrics.getMeter('test').createCounter('a-counter').add(1);
  await stopTelemetry(log);

  const resource = {
    'service.name': 'orders',
    'service.version': version,
    'k8s.pod.name': 'orders-0',
    'telemetry.sdk.language': 'nodejs',
    'telemetry.sdk.name': 'opentelemetry',
    'telemetry.sdk.version': expect.any(String) as string,
  };
  expect(collector.spans).toContainEqual(expect.objectContaining({ name: 'a-span', resource }));
  expect(collector.points).toContainEqual(expect.objectContaining({ name: 'a-counter', resource }));
  expect(collector.logs).toContainEqual(expect.objectContaining({ body: 'hello', resource }));
  expect(lines).toHaveLength(1);
});

test('environment names the service', async () => {
  vi.stubEnv('OTEL_SERVICE_NAME', 'renamed');
  const stopTelemetry = startTelemetry({ ...nothing, traces: true });
  endSpan();
  await stopTelemetry((await captureLog()).log);
  expect(collector.spans).toMatchObject([{ resource: { 'service.name': 'renamed' } }]);
});

test('stop does not wait for the collector', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://192.0.2.1:4318'); // reserved: nobody answers
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const stopTelemetry = startTelemetry({ ...nothing, traces: true });
  endSpan();
  const { log, lines } = await captureLog();
  let hasStopped = false;
  const stopped = stopTelemetry(log).then(() => {
    hasStopped = true;
  });
  await vi.advanceTimersByTimeAsync(2_999);
  expect(hasStopped).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await stopped;
  const error = 'not sent within 3000 ms';
  expect(lines).toMatchObject([{ level: 'WARN', msg: 'the last telemetry was lost', error }]);
});
