import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Collector, type Span } from '../stubs/collector.js';
import { CallUpstream, type ReceivedCall } from '../stubs/call-upstream.js';
import type { Surroundings } from '../surroundings.js';

const route = '/v1/upstreams/inventory/items/{id}';
const path = route.replace('{id}', '7');
const METHOD = 'items.v1.ItemsService/GetItem';
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const caller = '00f067aa0ba902b7';

/** What telemetry makes of calls by gRPC, alike in every language. */
export function callTraces(around: Surroundings): void {
  describe('telemetry of calls by gRPC', () => {
    const collector = new Collector();
    const upstream = new CallUpstream();
    let received: readonly ReceivedCall[];

    // What telemetry makes of a request is collected when the service has ended.
    beforeAll(async () => {
      await collector.start();
      await upstream.start();
      const service = await around.startShared({
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        UPSTREAM_INVENTORY_URL: upstream.url,
      });
      upstream.play({ code: 14, in: 'headers' }, 'found');
      await service.get(path, {
        traceparent: `00-${traceId}-${caller}-01`,
        baggage: 'tenant=acme',
        authorization: 'Bearer secret',
        'x-envoy-attempt-count': '2',
      });
      received = [...upstream.calls];
      expect(await service.stop()).toBe(0);
    });

    afterAll(() => {
      collector.stop();
      upstream.stop();
    });

    const tries = (): readonly Span[] =>
      collector.spans.filter(
        ({ name, attributes }) => name === METHOD && 'rpc.response.status_code' in attributes,
      );

    test('one trace from the caller to the upstream, over all tries', () => {
      const parents = received.map(({ headers }) => String(headers['traceparent']));
      expect(parents).toHaveLength(2);
      for (const parent of parents) expect(parent).toMatch(new RegExp(`^00-${traceId}-.{16}-01$`));
      expect(new Set([caller, ...parents.map((parent) => parent.split('-')[2])]).size).toBe(3);
      for (const { headers } of received) expect(headers).toHaveProperty('baggage', 'tenant=acme');
    });

    test('a span for each try, below one that is over all of them', () => {
      expect(tries().map(({ attributes }) => attributes['rpc.response.status_code'])).toEqual([
        'UNAVAILABLE',
        'OK',
      ]);
      const above = collector.spans.filter(({ name }) => name === `call ${METHOD}`);
      expect(above).toMatchObject([{ traceId }]);
      expect(new Set(tries().map((span) => span.parentId))).toEqual(new Set([above[0]?.spanId]));
      for (const span of tries()) {
        expect(span).toMatchObject({
          traceId,
          attributes: { 'rpc.system.name': 'grpc', 'rpc.method': METHOD },
        });
      }
    });

    test('nothing is handed on but the trace: no token, and no header of a proxy', () => {
      for (const { headers } of received) {
        expect(Object.keys(headers).join()).not.toMatch(/authorization|x-envoy/);
      }
    });

    test('the duration of each try is measured', () => {
      const points = collector.points.filter(({ name }) => name === 'rpc.client.call.duration');
      expect(points.map(({ unit }) => unit)).toEqual(['s', 's']);
      expect(points.map(({ attributes }) => attributes)).toEqual(
        expect.arrayContaining(
          ['OK', 'UNAVAILABLE'].map(
            (code) =>
              expect.objectContaining({
                'rpc.system.name': 'grpc',
                'rpc.method': METHOD,
                'rpc.response.status_code': code,
              }) as unknown,
          ),
        ),
      );
    });

    test('repeats are counted', () => {
      const points = collector.points.filter(({ name }) => name === 'upstream.retries');
      expect(points).toMatchObject([{ attributes: { upstream: 'inventory', reason: '503' } }]);
    });

    test('the state of the circuit breaker is measured', () => {
      const states = collector.points.filter(
        ({ name }) => name === 'upstream.circuit_breaker.state',
      );
      expect(states).toMatchObject([{ attributes: { upstream: 'inventory' } }]);
    });
  });
}
