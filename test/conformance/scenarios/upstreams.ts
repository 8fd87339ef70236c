import { setTimeout } from 'node:timers/promises';

import { beforeAll, describe, expect, test } from 'vitest';

import { RawConnection } from '../raw-request.js';
import type { Service } from '../service.js';
import { found, type Outcome } from '../stubs/upstream.js';
import type { Surroundings } from '../surroundings.js';
import { problemOf } from '../problem.js';

const path = '/v1/upstreams/inventory/items/a%2Fb';

const unavailable = 'the upstream takes no requests at the moment';
const unusable = 'the upstream gave no usable answer';
const late = 'the upstream did not answer in time';

const absent = 'the upstream has no such item';
const elsewhere = { location: '/' };
const half = '{"id":"7","name":""}';
const shed = { 'x-envoy-overloaded': 'true' };
const pause = { 'retry-after': '7' };

function answer(status: number, headers: Record<string, string> = {}, body = ''): Outcome {
  return { status, headers, body };
}

/** What an upstream does, how often it is asked, and what the caller is told. */
const failures: readonly {
  readonly name: string;
  readonly plays: Outcome;
  readonly tries: number;
  readonly status: number;
  readonly detail: string;
}[] = [
  { name: '503', plays: answer(503), tries: 2, status: 503, detail: unavailable },
  { name: '429', plays: answer(429), tries: 2, status: 503, detail: unavailable },
  { name: '504', plays: answer(504), tries: 2, status: 504, detail: late },
  { name: '502', plays: answer(502), tries: 2, status: 502, detail: unusable },
  { name: '500', plays: answer(500), tries: 1, status: 502, detail: unusable },
  { name: '404', plays: answer(404), tries: 1, status: 404, detail: absent },
  { name: 'another refusal', plays: answer(400), tries: 1, status: 502, detail: unusable },
  { name: 'a redirect', plays: answer(302, elsewhere), tries: 1, status: 502, detail: unusable },
  {
    name: '503 of our own proxy',
    plays: answer(503, shed),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  {
    name: '503 for too long',
    plays: answer(503, pause),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  { name: 'no answer', plays: 'hang', tries: 2, status: 504, detail: late },
  { name: 'a reset connection', plays: 'reset', tries: 2, status: 502, detail: unusable },
  { name: 'no JSON', plays: answer(200, {}, 'hello'), tries: 1, status: 502, detail: unusable },
  {
    name: 'text behind JSON',
    plays: answer(200, {}, '{"id":"7","name":"a name"} {}'),
    tries: 1,
    status: 502,
    detail: unusable,
  },
  {
    name: '503 for 3,000 years',
    plays: answer(503, { 'retry-after': '99999999999' }),
    tries: 1,
    status: 503,
    detail: unavailable,
  },
  {
    name: 'headers of 70 KiB',
    plays: answer(200, { 'x-large': 'x'.repeat(70 * 1_024) }, '{"id":"7","name":"a name"}'),
    tries: 1,
    status: 502,
    detail: unusable,
  },
  { name: 'other JSON', plays: answer(200, {}, '{}'), tries: 1, status: 502, detail: unusable },
  { name: 'half an item', plays: answer(200, {}, half), tries: 1, status: 502, detail: unusable },
];

/** How calls to another service are made, repeated and refused. */
export function upstreams(around: Surroundings): void {
  describe('calls to an upstream', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared();
      return async () => await service.kill();
    });

    test('success', async () => {
      around.upstream.play(found);
      const response = await service.get(path, around.authorized);
      expect([response.status, await response.json()]).toEqual([
        200,
        { id: 'a%2Fb', name: 'a name' },
      ]);
      expect(around.upstream.requests).toMatchObject([{ url: '/v1/items/a%2Fb' }]);
    });

    test('success with headers of 40 KiB', async () => {
      const content = '{"id":"7","name":"a name"}';
      around.upstream.play(answer(200, { 'x-large': 'x'.repeat(40 * 1_024) }, content));
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 200);
    });

    test('success at the second try', async () => {
      around.upstream.play(answer(503), found);
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 200);
      expect(around.upstream.requests).toHaveLength(2);
    });

    test.each(failures)('$name', async ({ plays, tries, status, detail }) => {
      around.upstream.play(plays);
      const response = await service.get(path, around.authorized);
      expect(await problemOf(response)).toMatchObject({ status, detail });
      expect(around.upstream.requests).toHaveLength(tries);
    });

    test('no connection', async () => {
      const lost = await around.start({ UPSTREAM_INVENTORY_URL: 'http://127.0.0.1:1' });
      const response = await lost.get(path, around.authorized);
      expect(await problemOf(response)).toMatchObject({ status: 502, detail: unusable });
    });

    test('Retry-After is handed on', async () => {
      around.upstream.play(answer(503, pause));
      const response = await service.get(path, around.authorized);
      expect(response.headers.get('retry-after')).toBe('7');
    });

    test('Retry-After is waited for', async () => {
      around.upstream.play(answer(503, { 'retry-after': '1' }), found);
      const start = performance.now();
      expect(await service.get(path, around.authorized)).toHaveProperty('status', 200);
      expect(performance.now() - start).toBeGreaterThanOrEqual(990);
    });

    test('the deadline of the caller bounds everything', async () => {
      const hasty = await around.start({ SERVICE_TIMEOUT: '200ms' });
      around.upstream.play('hang');
      const start = performance.now();
      const response = await hasty.get(path, around.authorized);
      expect(await problemOf(response)).toMatchObject({ status: 504, detail: late });
      expect(performance.now() - start).toBeLessThan(1_000);
      expect(around.upstream.requests).toHaveLength(1);
    });

    test('a budget ends the repeats', async () => {
      const thrifty = await around.start({ UPSTREAM_INVENTORY_RETRY_BUDGET: '0.1' });
      around.upstream.play(answer(503));
      for (let call = 0; call < 50; call++) await thrifty.get(path, around.authorized);
      // Ten at once, and a tenth of the calls after the first.
      expect(around.upstream.requests).toHaveLength(50 + 10 + 4);
      expect(await thrifty.line('retry budget is spent')).toMatchObject({
        level: 'WARN',
        upstream: 'inventory',
        reason: '503',
      });
    });
  });

  test('an item that is a dot segment leads to no other path of the upstream', async () => {
    const service = await around.start({});
    around.upstream.play(found);
    for (const id of ['%2e', '%2e%2e', '.%2E']) {
      const connection = await RawConnection.open(service.port);
      const token = `authorization: ${around.authorized.authorization}`;
      const text = await connection.request('GET', path.replace(/[^/]*$/, id), [token]);
      expect(text).toMatch(/^HTTP\/1.1 404 /);
      expect(text).toContain(absent);
    }
    expect(around.upstream.requests).toEqual([]);
  });

  describe('calls are repeated only when that is safe', () => {
    let service: Service;

    beforeAll(async () => {
      service = await around.startShared();
      return async () => await service.kill();
    });

    const once = ['POST', 'PATCH'].map((method) => [method, undefined, 1] as const);
    const again = ['GET', 'PUT', 'DELETE'].map((method) => [method, undefined, 2] as const);
    const withKey = ['POST', '7b1c', 2] as const;

    describe.each([...once, ...again, withKey])('%s with the key %s', (method, key, tries) => {
      test.each<[string, Outcome]>([
        ['503', answer(503)],
        ['no answer', 'hang'],
        ['a reset connection', 'reset'],
      ])('%s', async (_name, plays) => {
        around.upstream.play(plays);
        const headers = {
          ...around.authorized,
          ...(key !== undefined && { 'idempotency-key': key }),
          ...(method !== 'GET' && { 'content-type': 'application/json' }),
        };
        const body = method === 'GET' ? null : '{"name":"lamp"}';
        await fetch(`${service.url}/v1/forward`, { method, headers, body });
        const sent = expect.objectContaining({ method, body: body ?? '' }) as unknown;
        expect(around.upstream.requests).toEqual(Array.from({ length: tries }, () => sent));
        for (const { headers } of around.upstream.requests) {
          expect(headers['idempotency-key']).toBe(key);
        }
      });
    });
  });

  describe('circuit breaker', () => {
    test('opens, half-opens and closes', async () => {
      const service = await around.start({
        UPSTREAM_INVENTORY_RETRY_ATTEMPTS: '1',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_FAILURE_RATIO: '0.5',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '4',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_OPEN_FOR: '1900ms',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_HALF_OPEN_REQUESTS: '1',
      });
      const call = async () => await service.get(path, around.authorized);

      around.upstream.play(answer(404));
      for (let count = 0; count < 2; count++) await call();
      around.upstream.play(answer(500));
      for (let count = 0; count < 2; count++) expect(await call()).toHaveProperty('status', 502);
      const refused = await call();
      expect(refused.headers.get('retry-after')).toBe('2');
      expect(await problemOf(refused)).toMatchObject({ status: 503, detail: unavailable });
      expect(around.upstream.requests).toHaveLength(2);

      await setTimeout(1_000);
      const later = await call();
      expect(later.headers.get('retry-after')).toBe('1');

      await setTimeout(950);
      around.upstream.play(found);
      expect(await call()).toHaveProperty('status', 200);
      expect(await call()).toHaveProperty('status', 200);
      const changes = service.lines.filter(({ msg }) => msg === 'circuit breaker changed');
      expect(changes).toMatchObject([
        { level: 'WARN', upstream: 'inventory', from: 'closed', to: 'open', refused: 0 },
        { level: 'WARN', upstream: 'inventory', from: 'open', to: 'half-open', refused: 2 },
        { level: 'WARN', upstream: 'inventory', from: 'half-open', to: 'closed', refused: 0 },
      ]);
    });

    test('does not log each call that it refuses', async () => {
      const service = await around.start({
        UPSTREAM_INVENTORY_RETRY_ATTEMPTS: '1',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '2',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_OPEN_FOR: '1h',
      });
      around.upstream.play(answer(500));
      for (let count = 0; count < 100; count++) await service.get(path, around.authorized);
      expect(around.upstream.requests).toHaveLength(2);
      expect(service.lines.map(({ msg }) => msg).sort()).toEqual([
        'circuit breaker changed',
        'service started',
        'upstream call failed',
        'upstream call failed',
      ]);
    });

    test('does not count what the own proxy shed', async () => {
      const service = await around.start({
        UPSTREAM_INVENTORY_RETRY_ATTEMPTS: '1',
        UPSTREAM_INVENTORY_CIRCUIT_BREAKER_MINIMUM_REQUESTS: '2',
      });
      around.upstream.play(answer(503, shed));
      for (let count = 0; count < 5; count++) await service.get(path, around.authorized);
      expect(around.upstream.requests).toHaveLength(5);
    });
  });
}
