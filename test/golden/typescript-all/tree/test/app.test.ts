import { expect, test } from 'vitest';

import { Deadline } from '../src/deadline.ts';

import { buildTestApp } from './support/app.ts';
import { openConnection } from './support/connection.ts';

test('probes', async () => {
  const { app, lines } = buildTestApp();
  for (const path of ['/healthz', '/readyz']) {
    const { statusCode, headers, body } = await app.inject(path);
    expect([statusCode, body]).toEqual([200, 'ok\n']);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(headers.connection).not.toBe('close');
  }
  // They come every few seconds.
  expect(lines).toEqual([]);
});

test('a service that drains is alive and not ready', async () => {
  const { app } = buildTestApp();
  await app.listen();
  const live = await openConnection(app);
  const ready = await openConnection(app);
  const closed = app.close();
  live.send('GET /healthz HTTP/1.1');
  ready.send('GET /readyz HTTP/1.1');
  expect(await live.received).toMatch(/^HTTP\/1.1 200 [^]*\r\nconnection: close\r\n/i);
  expect(await ready.received).toMatch(
    /^HTTP\/1.1 503 [^]*\r\nconnection: close\r\n[^]*"detail":"the service is shutting down"/i,
  );
  await closed;
});

test('not ready while something is missing', async () => {
  const { app } = buildTestApp();
  let missing: string | undefined;
  app.readyWhen(() => undefined);
  app.readyWhen(() => missing);
  missing = 'the map is not loaded';
  const response = await app.inject('/readyz');
  expect(response.statusCode).toBe(503);
  expect(response.json()).toHaveProperty('detail', missing);
  expect(await app.inject('/healthz')).toHaveProperty('statusCode', 200);
  missing = undefined;
  expect(await app.inject('/readyz')).toHaveProperty('statusCode', 200);
});

test('every part is wired', async () => {
  const { app } = buildTestApp();
  await app.ready();
  expect(app.hasRoute({ method: 'GET', url: '/v1/items' })).toBe(true);
  expect((await app.inject('/v2')).json()).toMatchObject({ status: 404 });
});

test('the routes of the service have a deadline, the probes have none', async () => {
  const { app } = buildTestApp();
  const deadlines: Record<string, unknown> = {};
  app.addHook('onResponse', (request, _reply, done) => {
    deadlines[request.url] = request.deadline;
    done();
  });
  await app.inject('/v1/items');
  await app.inject('/healthz');
  expect(deadlines).toEqual({
    '/v1/items': expect.any(Deadline) as Deadline,
    '/healthz': undefined,
  });
});

test('requests do not carry the name of a logger of their own', async () => {
  const { app, lines } = buildTestApp();
  app.get('/logs', (request) => {
    request.log.info('seen');
    return 'ok';
  });
  await app.inject('/logs');
  expect(lines).toEqual([{ time: expect.any(String) as string, level: 'INFO', msg: 'seen' }]);
});

test('timeouts', () => {
  const { app } = buildTestApp();
  const { requestTimeout, headersTimeout, timeout, keepAliveTimeout } = app.server;
  expect(headersTimeout).toBeLessThanOrEqual(requestTimeout);
  // The answer may be written after the last byte of the request was read.
  expect(timeout).toBeGreaterThan(requestTimeout);
  // Idle connections close after the proxy has given them up.
  expect(keepAliveTimeout).toBeGreaterThan(60_000);
});
