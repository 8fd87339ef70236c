import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';

import { loadConfig } from '../../src/config.ts';
import { buildTestApp } from '../support/app.ts';
import { finish } from '../support/clock.ts';
import { expectRange } from '../support/config.ts';
import { openConnection } from '../support/connection.ts';
import { answer, FakeUpstream, hang } from '../support/upstream.ts';
import { buildUpstreamRoutes } from '../support/upstream-routes.ts';

const upstream = 'inventory';
const variables = 'INVENTORY';
const path = `/v1/upstreams/${upstream}/items`;

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('inventory client', async () => {
  const item = { id: 'a/b', name: 'lamp' };
  const fake = new FakeUpstream(answer(200, {}, { ...item, more: true }));
  const { app } = buildUpstreamRoutes(fake.send, { [`${variables}_URL`]: 'http://here/base/' });
  const response = await app.inject(`${path}/a%2Fb`);
  expect(response.statusCode).toBe(200);
  expect(response.json()).toEqual(item);
  expect(fake.calls.map(({ url }) => url)).toEqual(['http://here/base/v1/items/a%2Fb']);
});

test('inventory routes are wired', async () => {
  const { app } = buildTestApp();
  await app.ready();
  expect(app.hasRoute({ method: 'GET', url: `${path}/:id` })).toBe(true);
});

test('upstream item stays below its path', async () => {
  vi.useRealTimers();
  const fake = new FakeUpstream(answer(200, {}, { id: '7', name: 'lamp' }));
  const { app } = buildUpstreamRoutes(fake.send, { [`${variables}_URL`]: 'http://here' });
  onTestFinished(() => app.close());
  await app.listen({ port: 0 });
  const get = async (id: string) => {
    // `inject` would resolve the dots itself.
    const connection = await openConnection(app);
    connection.send(`GET ${path}/${id} HTTP/1.1\r\nconnection: close`);
    return (await connection.received).slice(0, 'HTTP/1.1 200'.length);
  };
  for (const id of ['%2e', '.%2E']) expect(await get(id)).toBe('HTTP/1.1 404');
  for (const id of ['...', '..%2fv2', '%252e%252e']) expect(await get(id)).toBe('HTTP/1.1 200');
  const urls = ['...', '..%2Fv2', '%252e%252e'].map((id) => `http://here/v1/items/${id}`);
  expect(fake.calls.map(({ url }) => url)).toEqual(urls);
});

test('inventory routes leave other failures to the service', async () => {
  const { app, lines } = buildUpstreamRoutes(hang, {});
  const refusal = Object.assign(new Error('too many'), { statusCode: 429 });
  app.addHook('preHandler', () => Promise.reject(refusal));
  const response = await app.inject(`${path}/7`);
  expect(response.statusCode).toBe(429);
  expect(lines).not.toContainEqual(expect.objectContaining({ msg: 'upstream call failed' }));
});

test('inventory client tells what went wrong', async () => {
  const { app, lines } = buildUpstreamRoutes(new FakeUpstream(answer(404)).send, {});
  const response = await app.inject(`${path}/7`);
  expect(response.statusCode).toBe(404);
  expect(response.json()).toHaveProperty('detail', 'the upstream has no such item');
  expect(response.headers).not.toHaveProperty('retry-after');
  expect(lines).toContainEqual(
    expect.objectContaining({
      level: 'WARN',
      msg: 'upstream call failed',
      error: `the answer of ${upstream} was 404`,
    }),
  );
});

test('inventory client takes a whole item only', async () => {
  for (const content of [{}, { id: '7' }, { id: '7', name: '' }, { id: '', name: 'lamp' }]) {
    const { app } = buildUpstreamRoutes(new FakeUpstream(answer(200, {}, content)).send, {});
    expect((await app.inject(`${path}/7`)).statusCode).toBe(502);
  }
});

test('inventory client keeps its timeout', async () => {
  const start = performance.now();
  const { app } = buildUpstreamRoutes(hang, { [`${variables}_TIMEOUT`]: '1ms' });
  const response = await finish(app.inject(`${path}/7`).then((value) => value));
  expect(response.statusCode).toBe(504);
  expect(performance.now() - start).toBeLessThan(10);
});

describe('inventory upstream ranges', () => {
  test.each([
    [
      'URL',
      ['http://host', 'https://host:8443/base', 'http://10.0.0.1:80/'],
      [
        'host:80',
        'ftp://host',
        'httpx://host',
        'xhttp://host',
        'http://',
        'http://host?a=b',
        'http://host#a',
        'http://%zz',
        'host',
      ],
    ],
    ['TIMEOUT', ['1ms', '1h'], ['999us', '61m']],
  ])('%s', (key, accepted, refused) => {
    expectRange(loadConfig, `UPSTREAM_${variables}_${key}`, { accepted, refused });
  });
});
