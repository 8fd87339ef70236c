import { setTimeout } from 'node:timers/promises';

import { beforeAll, describe, expect, test } from 'vitest';

import { problemOf } from '../problem.js';
import type { Service, Variables } from '../service.js';
import { CallUpstream, type CallOutcome } from '../stubs/call-upstream.js';
import type { Surroundings } from '../surroundings.js';

const path = '/v1/upstreams/inventory/items/a%2Fb';

const unavailable = 'the upstream takes no requests at the moment';
const unusable = 'the upstream gave no usable answer';
const late = 'the upstream did not answer in time';
const absent = 'the upstream has no such item';

const UNAVAILABLE = 14;
const GET_ITEM = '/items.v1.ItemsService/GetItem';

function inHeaders(code: number, metadata: Record<string, string> = {}): CallOutcome {
  return { code, in: 'headers', metadata };
}

function inTrailers(code: number, metadata: Record<string, string> = {}): CallOutcome {
  return { code, in: 'trailers', metadata };
}

/** What an upstream does, how often it is asked, and what the caller is told. */
const failures: readonly {
  readonly name: string;
  readonly plays: CallOutcome;
  readonly tries: number;
  readonly status: number;
  readonly detail: string;
}[] = [
  {
    name: 'UNAVAILABLE in headers',
    plays: inHeaders(14),
    tries: 2,
    status: 503,
    detail: unavailable,
  },
  {
    name: 'UNAVAILABLE in trailers',
    plays: inTrailers(14),
    tries: 2,
    status: 503,
    detail: unavailable,
  },
  { name: 'RESOURCE_EXHAUSTED', plays: inHeaders(8), tries: 2, status: 503, detail: unavailable },
  { name: 'DEADLINE_EXCEEDED', plays: inHeaders(4), tries: 2, status: 504, detail: late },
  { name: 'INTERNAL', plays: inHeaders(13), tries: 1, status: 502, detail: unusable },
  { name: 'UNKNOWN', plays: inTrailers(2), tries: 1, status: 502, detail: unusable },
  { name: 'NOT_FOUND', plays: inHeaders(5), tries: 1, status: 404, detail: absent },
  { name: 'INVALID_ARGUMENT', plays: inHeaders(3), tries: 1, status: 502, detail: unusable },
  { name: 'UNIMPLEMENTED', plays: inHeaders(12), tries: 1, status: 502, detail: unusable },
  {
    name: 'UNAVAILABLE of our own proxy',
    plays: inHeaders(14, { 'x-envoy-overloaded': 'true' }),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  {
    name: 'UNAVAILABLE for too long',
    plays: inHeaders(14, { 'grpc-retry-pushback-ms': '7000' }),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  {
    name: 'UNAVAILABLE, and not again',
    plays: inTrailers(14, { 'grpc-retry-pushback-ms': '-1' }),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  {
    name: 'HTTP 503 of a proxy',
    plays: { status: 503 },
    tries: 2,
    status: 503,
    detail: unavailable,
  },
  { name: 'a stream that is reset', plays: 'reset', tries: 2, status: 502, detail: unusable },
  { name: 'a lost connection', plays: 'lost', tries: 2, status: 503, detail: unavailable },
  { name: 'no answer', plays: 'hang', tries: 2, status: 504, detail: late },
  {
    name: 'half an item',
    plays: { item: { id: '7', name: '' } },
    tries: 1,
    status: 502,
    detail: unusable,
  },
];

/** How calls to an upstream by gRPC are made, repeated and refused. */
export function calls(around: Surroundings): void {
  const upstream = new CallUpstream();
  const variables = (): Variables => ({ UPSTREAM_INVENTORY_URL: upstream.url });

  beforeAll(async () => {
    await upstream.start();
    return () => {
      upstream.stop();
    };
  });

  describe('calls to an upstream by gRPC', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared(variables());
      return async () => await service.kill();
    });

    test('success', async () => {
      upstream.play('found');
      const response = await service.get(path);
      expect([response.status, await response.json()]).toEqual([
        200,
        { id: 'a/b', name: 'a name' },
      ]);
      expect(upstream.calls).toMatchObject([{ method: GET_ITEM, text: 'a/b' }]);
    });

    test('success at the second try', async () => {
      for (const failure of [inHeaders(UNAVAILABLE), inTrailers(UNAVAILABLE), 'hang'] as const) {
        upstream.play(failure, 'found');
        expect(await service.get(path)).toHaveProperty('status', 200);
        expect(upstream.calls).toHaveLength(2);
      }
    });

    test.each(failures)('$name', async ({ plays, tries, status, detail }) => {
      upstream.play(plays);
      const response = await service.get(path);
      expect(await problemOf(response)).toMatchObject({ status, detail });
      expect(upstream.calls).toHaveLength(tries);
    });

    test.each(['lost', 'reset'] as const)('%s, and then there again', async (plays) => {
      upstream.play(plays, 'found');
      expect(await service.get(path)).toHaveProperty('status', 200);
      expect(upstream.calls).toHaveLength(2);
    });

    test('no connection', async () => {
      const lost = await around.start({ UPSTREAM_INVENTORY_URL: 'grpc://127.0.0.1:1' });
      const response = await lost.get(path);
      expect(await problemOf(response)).toMatchObject({ status: 503, detail: unavailable });
    });

    test('a pause that the upstream asks for is waited for', async () => {
      upstream.play(inHeaders(UNAVAILABLE, { 'grpc-retry-pushback-ms': '700' }), 'found');
      const start = performance.now();
      expect(await service.get(path)).toHaveProperty('status', 200);
      expect(performance.now() - start).toBeGreaterThanOrEqual(690);
    });

    test('the upstream learns of the time of a try, and that nobody waits any more', async () => {
      upstream.play('hang');
      await service.get(path);
      for (const { headers, closed } of upstream.calls) {
        expect(milliseconds(headers['grpc-timeout'])).toBeLessThanOrEqual(300);
        await closed;
      }
    });

    test('the deadline of the caller bounds everything', async () => {
      const hasty = await around.start({ ...variables(), SERVICE_TIMEOUT: '200ms' });
      upstream.play('hang');
      const start = performance.now();
      expect(await problemOf(await hasty.get(path))).toMatchObject({ status: 504, detail: late });
      expect(performance.now() - start).toBeLessThan(1_000);
      expect(upstream.calls).toHaveLength(1);
      expect(milliseconds(upstream.calls[0]?.headers['grpc-timeout'])).toBeLessThanOrEqual(200);
    });

    test('a budget ends the repeats', async () => {
      const thrifty = await around.start({
        ...variables(),
        UPSTREAM_INVENTORY_RETRY_BUDGET: '0.1',
      });
      upstream.play(inHeaders(UNAVAILABLE));
      for (let call = 0; call < 50; call++) await thrifty.get(path);
      // Ten at once, and a tenth of the calls after the first.
      expect(upstream.calls).toHaveLength(50 + 10 + 4);
      expect(await thrifty.line('retry budget is spent')).toMatchObject({
        level: 'WARN',
        upstream: 'inventory',
        reason: '503',
      });
    });

    test.each<CallOutcome>([
      inHeaders(UNAVAILABLE),
      inTrailers(UNAVAILABLE),
      'hang',
      'reset',
      'lost',
    ])('a method that may not be called twice is called once: %j', async (plays) => {
      upstream.play(plays);
      await fetch(`${service.url}/v1/create`, { method: 'POST', body: 'lamp' });
      expect(upstream.calls).toMatchObject([
        { method: '/items.v1.ItemsService/CreateItem', text: 'lamp' },
      ]);
    });
  });

  describe('circuit breaker of calls by gRPC', () => {
    test('opens, half-opens and closes', async () => {
      const service = await around.start({
        ...variables(),
        UPSTREAM_INVENTORY_RETRY_ATTEMPTS: '1',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_FAILURE_RATIO: '0.5',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '4',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_OPEN_FOR: '1900ms',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_HALF_OPEN_REQUESTS: '1',
      });
      upstream.play(inHeaders(5));
      for (let count = 0; count < 2; count++) await service.get(path);
      upstream.play(inHeaders(13), inTrailers(14));
      await service.get(path);
      await service.get(path);
      const refused = await service.get(path);
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(await problemOf(refused)).toMatchObject({ status: 503, detail: unavailable });
      expect(upstream.calls).toHaveLength(2);

      await setTimeout(1_950);
      upstream.play('found');
      expect(await service.get(path)).toHaveProperty('status', 200);
      expect(await service.get(path)).toHaveProperty('status', 200);
      const changes = service.lines.filter(({ msg }) => msg === 'circuit breaker changed');
      expect(changes).toMatchObject([
        { level: 'WARN', upstream: 'inventory', from: 'closed', to: 'open', refused: 0 },
        { level: 'WARN', upstream: 'inventory', from: 'open', to: 'half-open', refused: 1 },
        { level: 'WARN', upstream: 'inventory', from: 'half-open', to: 'closed', refused: 0 },
      ]);
    });

    test.each<[string, CallOutcome]>([
      ['what the own proxy shed', inHeaders(UNAVAILABLE, { 'x-envoy-overloaded': 'true' })],
      ['an upstream that asks for fewer calls', inHeaders(8)],
      ['what the upstream refuses', inHeaders(7)],
    ])('does not count %s', async (_name, plays) => {
      const service = await around.start({
        ...variables(),
        UPSTREAM_INVENTORY_RETRY_ATTEMPTS: '1',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '2',
      });
      upstream.play(plays);
      for (let count = 0; count < 5; count++) await service.get(path);
      expect(upstream.calls).toHaveLength(5);
    });
  });

  test.each(['http://inventory', 'grpc://inventory/items', 'grpc://', 'inventory:9090'])(
    'a service does not start with the upstream %s',
    async (url) => {
      const service = await around.start({ UPSTREAM_INVENTORY_URL: url });
      expect(service.exitCode).toBe(1);
      expect(JSON.stringify(service.lines)).toContain('UPSTREAM_INVENTORY_URL');
    },
  );
}

/** The time in a header grpc-timeout, ms. */
function milliseconds(header: string | string[] | undefined): number {
  const [, amount, unit = ''] = /^(\d+)([HMSmun])$/.exec(String(header)) ?? [];
  const factors: Readonly<Record<string, number>> = {
    H: 3_600_000,
    M: 60_000,
    S: 1_000,
    m: 1,
    u: 1e-3,
    n: 1e-6,
  };
  return Number(amount) * (factors[unit] ?? NaN);
}
