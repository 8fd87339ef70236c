import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { context, metrics, propagation, trace } from '@opentelemetry/api';

import { startTelemetry } from '../../src/telemetry/sdk.ts';
import { readVariables } from '../../src/telemetry/variables.ts';
import { Collector } from '../support/collector.ts';

let collector: Collector;

beforeEach(async () => {
  collector = new Collector();
  for (const [name, value] of Object.entries(await collector.start())) vi.stubEnv(name, value);
});

afterEach(() => {
  collector.stop();
  vi.unstubAllEnvs();
  for (const api of [trace, metrics, context, propagation]) api.disable();
});

async function captureLog() {
  return (await import('../support/log.ts')).captureLog();
}

describe('malformed resource attributes are reported', () => {
  test.each([
    ['team=blue', 'blue', 0],
    ['team=a=b', 'a=b', 0],
    ['team=blue,', 'blue', 1],
    ['no-pair,team=blue', 'blue', 1],
    ['=x,team=blue', 'blue', 1],
    ['team=100%', '100%', 1],
    ['team=light%20blue', 'light blue', 0],
  ])('%s', async (value, team, reports) => {
    vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', value);
    const stopTelemetry = startTelemetry({ traces: true, metrics: false, logs: false });
    trace.getTracer('test').startSpan('a-span').end();
    await stopTelemetry((await captureLog()).log);
    expect(collector.spans).toMatchObject([{ resource: { team } }]);
    const { notUsed } = readVariables({ OTEL_RESOURCE_ATTRIBUTES: value });
    expect(notUsed).toHaveLength(reports);
    for (const { variable } of notUsed) expect(variable).toBe('OTEL_RESOURCE_ATTRIBUTES');
  });
});

describe('propagators', () => {
  test.each([
    ['', ['baggage', 'traceparent', 'tracestate'], 0],
    ['b3', ['b3'], 0],
    ['b3,baggage', ['b3', 'baggage'], 0],
    ['tracecontext', ['traceparent', 'tracestate'], 0],
    ['jaeger', ['uber-trace-id'], 0],
    ['none', [], 0],
    ['b3,xray', ['b3'], 1],
    ['carrier-pigeon', ['baggage', 'traceparent', 'tracestate'], 1],
    ['tracecontext, b3', ['b3', 'traceparent', 'tracestate'], 0],
  ])('%s', async (names, fields, reports) => {
    vi.stubEnv('OTEL_PROPAGATORS', names);
    const stopTelemetry = startTelemetry({ traces: false, metrics: false, logs: false });
    expect([...new Set(propagation.fields())].sort()).toEqual(fields);
    expect(readVariables({ OTEL_PROPAGATORS: names }).notUsed).toHaveLength(reports);
    await stopTelemetry((await captureLog()).log);
  });
});
