import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { RawConnection } from '../raw-request.js';
import type { LogLine, Service, Variables } from '../service.js';
import { Collector, type Point, type Span } from '../stubs/collector.js';
import { HttpStub } from '../stubs/http-stub.js';
import { found } from '../stubs/upstream.js';
import type { Surroundings } from '../surroundings.js';

const path = '/v1/upstreams/inventory/items/7';
const route = '/v1/upstreams/inventory/items/{id}';
const caller = '00f067aa0ba902b7';

/** Each request has a trace of its own. */
function traceId(request: number): string {
  return `4bf92f3577b34da6a3ce929d0e0e47${String(request).padStart(2, '0')}`;
}

function traceparent(request: number, flags = '01'): { traceparent: string } {
  return { traceparent: `00-${traceId(request)}-${caller}-${flags}` };
}

/** What a service tells about itself. */
export function telemetry(around: Surroundings): void {
  describe('telemetry', () => {
    const collector = new Collector();
    const received: Record<string, unknown>[] = [];
    let lines: readonly LogLine[];

    // What telemetry makes of some requests is collected when the service has ended.
    beforeAll(async () => {
      await collector.start();
      const service = await around.startShared({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_RESOURCE_ATTRIBUTES: 'k8s.pod.name=orders-0',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '4',
      });
      const send = async (request: number, headers: Record<string, string> = {}) => {
        await service.get(path, { ...around.authorized, ...traceparent(request), ...headers });
        received.push(...around.upstream.requests.map(({ headers }) => headers));
      };
      around.upstream.play(found);
      await send(1, { baggage: 'tenant=acme', 'x-envoy-attempt-count': '2' });
      around.upstream.play(found);
      await send(2, traceparent(2, '00'));
      await service.get('/healthz', traceparent(3));
      await service.get('/readyz', traceparent(4));
      around.upstream.play({ status: 503 });
      for (const request of [5, 6]) await send(request);
      expect(await service.stop()).toBe(0);
      lines = service.lines;
    });

    afterAll(() => {
      collector.stop();
    });

    function spansOf(request: number): readonly Span[] {
      return collector.spans.filter((span) => span.traceId === traceId(request));
    }

    function points(name: string): readonly Point[] {
      return collector.points.filter((point) => point.name === name);
    }

    test('one trace from the caller to the upstream', () => {
      expect(received[0]).toMatchObject({
        traceparent: expect.stringMatching(`^00-${traceId(1)}-(?!${caller})[0-9a-f]{16}-01$`),
        baggage: 'tenant=acme',
      });
      const served = spansOf(1).filter(({ parentId }) => parentId === caller);
      expect(served).toMatchObject([
        {
          name: `GET ${route}`,
          attributes: {
            'http.request.method': 'GET',
            'http.route': route,
            'http.response.status_code': '200',
          },
          resource: {
            'service.name': 'orders',
            'service.version': expect.any(String),
            'k8s.pod.name': 'orders-0',
            'telemetry.sdk.name': 'opentelemetry',
          },
        },
      ]);
      expect(spansOf(1)).toHaveLength(2);
    });

    test('nothing is handed on but the trace: no token, and no header of the sidecar', () => {
      expect(received.length).toBeGreaterThan(3);
      for (const headers of received) {
        expect(Object.keys(headers).sort().join()).not.toMatch(/authorization|x-envoy/);
      }
    });

    test('a span for each try', () => {
      expect(spansOf(5)).toHaveLength(3);
    });

    test('the caller decides on sampling', () => {
      expect(spansOf(2)).toEqual([]);
      expect(received[1]).toHaveProperty('traceparent', expect.stringMatching(/-00$/));
    });

    test('probes are left out', () => {
      expect([...spansOf(3), ...spansOf(4)]).toEqual([]);
    });

    test.each<[string, string, unknown, Record<string, string>]>([
      [
        'http.server.request.duration',
        's',
        expect.any(String),
        { 'http.request.method': 'GET', 'http.route': route, 'http.response.status_code': '503' },
      ],
      [
        'http.client.request.duration',
        's',
        expect.any(String),
        {
          'http.request.method': 'GET',
          'http.response.status_code': '503',
          'server.address': '127.0.0.1',
        },
      ],
      [
        'upstream.retries',
        '{retry}',
        'How often a call to an upstream was tried again, by what went wrong.',
        { upstream: 'inventory', reason: '503' },
      ],
      [
        'upstream.circuit_breaker.state',
        '',
        'State of the circuit breaker of an upstream: 0 closed, 1 half-open, 2 open.',
        { upstream: 'inventory' },
      ],
      [
        'upstream.circuit_breaker.changes',
        '{change}',
        'How often the circuit breaker of an upstream changed its state.',
        { upstream: 'inventory', from: 'closed', to: 'open' },
      ],
    ])('metric %s', (name, unit, description, attributes) => {
      expect(points(name)).toContainEqual({
        name,
        description,
        unit,
        attributes: expect.objectContaining(attributes) as unknown,
      });
    });

    test('metrics of requests and upstreams have no other names', () => {
      const names = new Set(collector.points.map(({ name }) => name));
      expect([...names].filter((name) => /^(?:http|upstream)\./.test(name)).sort()).toEqual([
        'http.client.request.duration',
        'http.server.request.duration',
        'upstream.circuit_breaker.changes',
        'upstream.circuit_breaker.state',
        'upstream.retries',
      ]);
    });

    test('metrics of the runtime', () => {
      const names = new Set(collector.points.map(({ name }) => name));
      const own = [...names].filter((name) => !/^(?:http|upstream)\./.test(name));
      expect(own.length).toBeGreaterThan(3);
    });

    test('log lines name their trace', () => {
      const failed = lines.find(({ msg }) => msg === 'upstream call failed');
      expect(failed).toEqual({
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|[+-]\d\d:\d\d)$/),
        level: 'WARN',
        msg: 'upstream call failed',
        error: expect.stringContaining('503'),
        trace_id: traceId(5),
        span_id: expect.stringMatching(/^[0-9a-f]{16}$/),
        trace_flags: '01',
      });
      expect(lines[0]).toEqual({
        time: expect.any(String),
        level: 'INFO',
        msg: 'service started',
        version: expect.any(String),
        address: expect.stringMatching(/:\d+$/),
      });
    });

    test('a request that the sidecar has sent before is logged', () => {
      expect(lines.find(({ msg }) => msg === 'request was sent before')).toMatchObject({
        level: 'INFO',
        attempt: 2,
        trace_id: traceId(1),
      });
    });

    test('logs are exported', () => {
      expect(collector.logs).toContainEqual({ body: 'upstream call failed', traceId: traceId(5) });
    });
  });

  describe('telemetry that is configured', () => {
    /** What is received of a service that is asked some times, and what it logs. */
    async function observe(variables: Variables, ask: (service: Service) => Promise<unknown>) {
      const collector = await new Collector().start();
      onTestFinished(() => collector.stop());
      const service = await around.start({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        ...variables,
      });
      around.upstream.play(found);
      await ask(service);
      expect(await service.stop()).toBe(0);
      const notUsed = service.lines.filter(({ msg }) => msg === 'variable not used');
      return { collector, notUsed, received: around.upstream.requests[0]?.headers ?? {} };
    }

    const b3 = `${traceId(1)}-${caller}-1`;

    test.each([
      ['b3', { b3 }, ['b3'], []],
      ['b3 , tracecontext', { b3 }, ['b3', 'traceparent'], []],
      ['tracecontext', traceparent(1), ['traceparent'], []],
      ['tracecontext,xray', traceparent(1), ['traceparent'], ['OTEL_PROPAGATORS']],
      ['carrier-pigeon', traceparent(1), ['traceparent'], ['OTEL_PROPAGATORS']],
    ])('OTEL_PROPAGATORS=%s', async (names, headers, fields, reported) => {
      const { received, notUsed } = await observe(
        { OTEL_PROPAGATORS: names },
        async (service) => await service.get(path, { ...around.authorized, ...headers }),
      );
      const sent = Object.keys(received).filter((name) => ['b3', 'traceparent'].includes(name));
      expect(sent.sort()).toEqual(fields);
      for (const field of sent) expect(received[field]).toContain(traceId(1));
      expect(notUsed.map(({ variable }) => variable)).toEqual(reported);
    });

    test('OTEL_PROPAGATORS=none', async () => {
      const { received } = await observe(
        { OTEL_PROPAGATORS: 'none' },
        async (service) => await service.get(path, { ...around.authorized, ...traceparent(1) }),
      );
      expect(received).not.toHaveProperty('traceparent');
    });

    test.each([
      ['team=blue', 'blue', 0],
      ['team=blue,', 'blue', 1],
      ['team=a=b', 'a=b', 0],
      ['k8s.pod.name,team=blue', 'blue', 1],
      ['team=100%', '100%', 1],
    ])('OTEL_RESOURCE_ATTRIBUTES=%s', async (attributes, team, reports) => {
      const { collector, notUsed } = await observe(
        { OTEL_RESOURCE_ATTRIBUTES: attributes },
        async (service) => await service.get(path, { ...around.authorized, ...traceparent(1) }),
      );
      expect(collector.spans[0]).toMatchObject({ resource: { 'service.name': 'orders', team } });
      const line = { level: 'WARN', variable: 'OTEL_RESOURCE_ATTRIBUTES' };
      expect(notUsed).toMatchObject(Array.from({ length: reports }, () => line));
    });

    test('callers make no series by the hosts that they name', async () => {
      const { collector } = await observe({}, async (service) => {
        for (let host = 0; host < 40; host++) {
          const connection = await RawConnection.open(service.port);
          await connection.request('GET', '/v1/items', [], `host-${host}.test`);
        }
      });
      const served = collector.points.filter(({ name }) => name === 'http.server.request.duration');
      expect(served).toHaveLength(1);
    });
  });

  describe('telemetry without a collector', () => {
    async function fail(service: Service): Promise<void> {
      around.upstream.play({ status: 500 });
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 502);
    }

    test('is silent, and log lines name their trace', async () => {
      const service = await around.start();
      await fail(service);
      expect(await service.line('upstream call failed')).toHaveProperty('trace_id');
      expect(await service.stop()).toBe(0);
      expect(service.lines.map(({ msg }) => msg)).toEqual([
        'service started',
        'upstream call failed',
        'service stops',
      ]);
    });

    test('nothing is sent when the SDK is disabled', async () => {
      const collector = await new Collector().start();
      onTestFinished(() => collector.stop());
      const service = await around.start({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        OTEL_SDK_DISABLED: 'true',
      });
      await fail(service);
      expect(await service.stop()).toBe(0);
      expect([collector.spans, collector.points, collector.logs]).toEqual([[], [], []]);
    });

    test('does not keep a service from ending', async () => {
      const service = await around.start({
        OTEL_EXPORTER_OTLP_ENDPOINT: around.silence.url,
      });
      await fail(service);
      const start = performance.now();
      expect(await service.stop()).toBe(0);
      expect(performance.now() - start).toBeLessThan(6_000);
      expect(await service.line('the last telemetry was lost')).toHaveProperty('level', 'WARN');
    });

    test('that refuses is told of, and a service ends well', async () => {
      const refusing = await new HttpStub((_request, response) => {
        response.writeHead(400).end();
      }).start();
      onTestFinished(() => refusing.stop());
      const service = await around.start({ OTEL_EXPORTER_OTLP_ENDPOINT: refusing.url });
      await fail(service);
      expect(await service.stop()).toBe(0);
      for (const message of ['telemetry was not exported', 'the last telemetry was lost']) {
        const line = await service.line(message);
        expect(line).toMatchObject({
          level: 'WARN',
          error: expect.stringContaining('Bad Request'),
        });
      }
    });
  });
}
