import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

import { expect, test } from 'vitest';

import { connectionLimits, serve } from '../src/server.ts';
import { buildTestApp } from './support/app.ts';
import { openConnection } from './support/connection.ts';

/** A running service whose slow route answers when it is told to. */
async function start(shutdownTimeout = 60_000) {
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
  const served = serve(app, { port: 0, shutdownTimeout }, stop.signal);
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

test('shutdown cuts off what takes too long', async () => {
  const { app, order, begun, stop, served } = await start(10);
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
  await serve(app, { port: 0, shutdownTimeout: 60_000 }, AbortSignal.abort());
  expect(app.server.listening).toBe(false);
});

test('a port in use ends the service', async () => {
  const other = createServer().listen(0);
  const { port } = other.address() as AddressInfo;
  const { app } = buildTestApp();
  const served = serve(app, { port, shutdownTimeout: 1 }, new AbortController().signal);
  await expect(served).rejects.toThrow('EADDRINUSE');
  other.close();
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
