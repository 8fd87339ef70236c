import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { startTelemetry } from '../../src/telemetry/sdk.ts';
import { Collector, type Signal } from '../support/collector.ts';
import type { LogLine } from '../support/log.ts';

const collector = new Collector();
const received: { traceparent: unknown; baggage: unknown }[] = [];
let lines: LogLine[];

function traceId(request: number): string {
  return `4bf92f3577b34da6a3ce929d0e0e470${request}`;
}

function traceparent(request: number, flags = '01'): Record<string, string> {
  return { traceparent: `00-${traceId(request)}-00f067aa0ba902b7-${flags}` };
}

function spansOf(request: number): Signal[] {
  return collector.spans.filter((span) => span.traceId === traceId(request));
}

// Each request has a trace of its own; what telemetry makes of them is collected at the end.
beforeAll(async () => {
  Object.assign(process.env, await collector.start());
  const stopTelemetry = startTelemetry({ traces: true, metrics: true, logs: true });
  // What is instrumented must be loaded after that.
  const { fastify } = await import('fastify');
  const { addProbes } = await import('../../src/probes.ts');
  const { addTelemetry } = await import('../../src/telemetry.ts');
  const { captureLog } = await import('../support/log.ts');
  const captured = captureLog();
  lines = captured.lines;

  const upstream = createServer(({ headers: { traceparent, baggage } }, response) => {
    received.push({ traceparent, baggage });
    response.end();
  });
  await new Promise<void>((resolve) => upstream.listen(0, resolve));
  const app = fastify({ loggerInstance: captured.log });
  addProbes(app);
  addTelemetry(app);
  app.get('/items/:id/parts/:part', async (request, reply) => {
    request.log.info('hello');
    await fetch(`http://localhost:${(upstream.address() as AddressInfo).port}`);
    return await reply.code(418).send();
  });
  app.get('/rows/:row(^\\d+$)/:cell?', () => 'ok');
  const url = await app.listen({ port: 0 });
  // The caller is not part of the service, though it runs in the same process.
  const outside = suppressTracing(context.active());
  const send = async (path: string, headers: Record<string, string>) => {
    await context.with(outside, async () => await (await fetch(url + path, { headers })).text());
  };

  await send('/items/7/parts/8', {
    ...traceparent(1),
    baggage: 'tenant=acme',
    'x-envoy-attempt-count': '1',
  });
  await send('/items/7/parts/8', traceparent(2, '00'));
  await send('/healthz', traceparent(3));
  await send('/readyz', traceparent(4));
  await send('/items/7/parts/8', { ...traceparent(5), 'x-envoy-attempt-count': '2' });
  await send('/unknown', traceparent(6));
  await send('/rows/7', traceparent(7));

  captured.log.info('without a request');
  await app.close();
  upstream.close();
  await stopTelemetry(captured.log);
});

afterAll(() => {
  collector.stop();
});

test('server span', () => {
  const [span] = spansOf(1).filter(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7');
  expect(span?.name).toBe('GET /items/{id}/parts/{part}');
  expect(span?.attributes).toMatchObject({
    'http.route': '/items/{id}/parts/{part}',
    'http.response.status_code': 418,
    'http.request.header.x-envoy-attempt-count': { values: [{ stringValue: '1' }] },
  });
});

test('caller decides on sampling', () => {
  expect(spansOf(2)).toEqual([]);
});

test('probes are not recorded', () => {
  expect([...spansOf(3), ...spansOf(4)]).toEqual([]);
});

test('unknown route has no name', () => {
  expect(spansOf(6)).toMatchObject([{ name: 'GET', attributes: { 'url.path': '/unknown' } }]);
});

test('server metrics', () => {
  const requests = collector.points
    .filter(({ name }) => name === 'http.server.request.duration')
    .filter(({ attributes }) => attributes['http.route'] === '/items/{id}/parts/{part}');
  expect(requests).toMatchObject([{ count: 3, attributes: { 'http.response.status_code': 418 } }]);
});

test('callers make no series', () => {
  const requests = collector.points.filter(({ name }) => name === 'http.server.request.duration');
  expect(requests.length).toBeGreaterThan(1);
  // The name in the Host header is the caller's choice.
  for (const { attributes } of requests) expect(attributes).not.toHaveProperty('server.address');
});

test('routes are named without the conditions of their parameters', () => {
  const routes = collector.points.map(({ attributes }) => attributes['http.route']);
  expect(routes).toContain('/rows/{row}/{cell}');
});

test('client metrics', () => {
  const names = collector.points.map(({ name }) => name);
  expect(names).toContain('http.client.request.duration');
});

test('runtime metrics', () => {
  const names = collector.points.map(({ name }) => name);
  expect(names).toContain('nodejs.eventloop.utilization');
});

test('repeated request is logged', () => {
  const repeated = lines.filter(({ msg }) => msg === 'request was sent before');
  expect(repeated).toMatchObject([{ level: 'INFO', attempt: 2, trace_id: traceId(5) }]);
});

test('transport hands the trace on', () => {
  const served = spansOf(1).find(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7');
  const call = spansOf(1).find(({ parentSpanId }) => parentSpanId === served?.spanId);
  expect(received[0]).toEqual({
    traceparent: `00-${traceId(1)}-${call?.spanId}-01`,
    baggage: 'tenant=acme',
  });
});

test('log line names its trace', () => {
  const served = spansOf(1).find(({ parentSpanId }) => parentSpanId === '00f067aa0ba902b7');
  const [line] = lines.filter(({ msg }) => msg === 'hello');
  expect(line).toMatchObject({
    trace_id: traceId(1),
    span_id: served?.spanId,
    trace_flags: '01',
  });
});

test('log line without a trace', () => {
  const [line] = lines.filter(({ msg }) => msg === 'without a request');
  expect(line).not.toHaveProperty('trace_id');
});

test('logs are exported with their trace', () => {
  expect(collector.logs.find(({ body }) => body === 'hello')).toMatchObject({
    traceId: traceId(1),
  });
});
