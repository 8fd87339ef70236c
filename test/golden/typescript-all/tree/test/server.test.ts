import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { connectionLimits, serve } from '../src/server.ts';
import { buildTestApp } from './support/app.ts';
import { openConnection } from './support/connection.ts';

/** A running service whose slow route answers when it is told to. */
async function start({ shutdownDelay = 0, shutdownTimeout = 60_000 } = {}) {
  const { app, lines } = buildTestApp();
  const order: string[] = [];
  const slow = { begun: () => undefined as unknown, finish: () => undefined as unknown };
  const begun = new Promise((resolve) => (slow.begun = () => resolve(undefined)));
  const finished = new Promise((resolve) => (slow.finish = () => resolve(undefined)));
  app.get('/slow', async () => {
    slow.begun();
    await finished;
    order.push('answered');
    return 'finished';
  });
  app.addHook('onClose', () => {
    order.push('stopped');
  });
  const stop = new AbortController();
  const served = serve(app, { port: 0, shutdownDelay, shutdownTimeout }, stop.signal);
  await once(app.server, 'listening');
  return { app, lines, order, begun, finish: slow.finish, stop, served };
}

test('termination lets a request finish', async () => {
  const { app, lines, order, begun, finish, stop, served } = await start();
  const { port } = app.server.address() as AddressInfo;
  const caller = await openConnection(app);
  caller.send('GET /slow HTTP/1.1');
  await begun;
  stop.abort();
  await expect(fetch(`http://localhost:${port}/healthz`)).rejects.toThrow('fetch failed');
  finish();
  // The connection would be kept for long: the answer must end it, or the shutdown waits for that.
  expect(await caller.received).toMatch(
    /^HTTP\/1.1 200 [^]*\r\nconnection: close\r\n[^]*finished$/i,
  );
  await served;
  expect(order).toEqual(['answered', 'stopped']);
  expect(lines).toMatchObject([
    { msg: 'service started', version: 'dev', address: `:${port}` },
    { msg: 'service stops' },
  ]);
});

test('readiness fails before the service closes', async () => {
  const { app, order, finish, stop, served } = await start({ shutdownDelay: 300 });
  finish();
  const kept = await openConnection(app);
  kept.send('GET /healthz HTTP/1.1');
  await once(app.server, 'request');
  const { port } = app.server.address() as AddressInfo;
  const begun = performance.now();
  stop.abort();
  const ready = await fetch(`http://localhost:${port}/readyz`);
  expect([ready.status, ready.headers.get('connection')]).toEqual([503, 'close']);
  // A connection that was kept is of use until its next answer.
  kept.send('GET /slow HTTP/1.1');
  expect(await kept.received).toMatch(
    /^HTTP\/1.1 200 [^]*\r\nconnection: keep-alive\r\n[^]*HTTP\/1.1 200 [^]*\r\nconnection: close\r\n/i,
  );
  expect(order).toEqual(['answered']);
  await served;
  expect(performance.now() - begun).toBeGreaterThanOrEqual(290);
});

test('shutdown cuts off what takes too long', async () => {
  const { app, order, begun, stop, served } = await start({ shutdownTimeout: 10 });
  app.server.timeout = 0; // of connections on which nothing moves
  const caller = await openConnection(app);
  caller.send('GET /slow HTTP/1.1');
  await begun;
  stop.abort();
  await expect(served).rejects.toThrow('requests were still in flight after 10 ms');
  expect(await caller.received).toBe('');
  expect(order).toEqual(['stopped']);
});

test('a service that was told to stop before it listened stops', async () => {
  const { app } = buildTestApp();
  await serve(app, { port: 0, shutdownDelay: 0, shutdownTimeout: 60_000 }, AbortSignal.abort());
  expect(app.server.listening).toBe(false);
});

test('a port in use ends the service', async () => {
  const other = createServer().listen(0);
  const { port } = other.address() as AddressInfo;
  const { app } = buildTestApp();
  const settings = { port, shutdownDelay: 0, shutdownTimeout: 1 };
  const served = serve(app, settings, new AbortController().signal);
  await expect(served).rejects.toThrow('EADDRINUSE');
  other.close();
});

test('large headers fit', async () => {
  const { app } = buildTestApp();
  await app.listen();
  const { port } = app.server.address() as AddressInfo;
  for (const [kilobytes, status] of [
    [60, 200],
    [66, 431],
  ] as const) {
    const headers = { authorization: 'x'.repeat(kilobytes * 1_024) };
    const response = await fetch(`http://localhost:${port}/healthz`, { headers });
    expect(response.status).toBe(status);
  }
  await app.close();
});

test('timeouts', () => {
  const limits = connectionLimits(30_000);
  expect(limits.requestTimeout).toBe(30_000);
  expect(limits.http.headersTimeout).toBe(5_000);
  expect(limits.connectionTimeout).toBeGreaterThan(limits.requestTimeout);
  // The proxy gives idle connections up after a minute.
  expect(limits.keepAliveTimeout).toBeGreaterThan(60_000);
  // Node refuses more time for the head of a request than for all of it.
  expect(connectionLimits(100).http.headersTimeout).toBe(100);
});

test('a request that is never finished ends its connection', async () => {
  const { app } = buildTestApp();
  app.server.headersTimeout = 10;
  await app.listen();
  const silent = await openConnection(app);
  expect(await silent.received).toMatch(/^HTTP\/1.1 408 /);
  await app.close();
});
