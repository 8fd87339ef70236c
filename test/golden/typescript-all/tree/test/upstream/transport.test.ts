import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';

import { afterEach, expect, test, vi } from 'vitest';

import { discard } from '../../src/upstream/discard.ts';
import { createTransport } from '../../src/upstream/transport.ts';
import { call } from '../support/upstream.ts';

const stops: (() => void)[] = [];

afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

/** A real upstream, with the number of connections made to it. */
async function listen(handler: RequestListener) {
  const server = createServer(handler);
  const seen = { connections: 0 };
  server.on('connection', () => {
    seen.connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, seen };
}

test('transport sends what it is given', async () => {
  const { url } = await listen((request, response) => {
    const { method, headers } = request;
    request.setEncoding('utf8').once('data', (body: string) => {
      response.end(JSON.stringify({ method, key: headers['idempotency-key'], body }));
    });
  });
  const send = createTransport();
  const headers = { 'idempotency-key': '7' };
  const { statusCode, body } = await send(call({ url, method: 'POST', headers, body: 'content' }));
  expect(statusCode).toBe(200);
  expect(await body.json()).toEqual({ method: 'POST', key: '7', body: 'content' });
});

test('pool reuses connections', async () => {
  const { url, seen } = await listen((_request, response) => response.writeHead(503).end('{}'));
  const send = createTransport();
  for (let count = 0; count < 10; count++) await discard(await send(call({ url })));
  expect(seen.connections).toBeLessThan(5);
});

test('pool asks no proxy', async () => {
  const proxy = await listen((_request, response) => response.end('{}'));
  vi.stubEnv('HTTP_PROXY', proxy.url);
  await expect(createTransport()(call({ url: 'http://upstream.invalid/' }))).rejects.toThrow();
  vi.unstubAllEnvs();
  expect(proxy.seen.connections).toBe(0);
});

test('pool reads no headers without end', async () => {
  const { url } = await listen((request, response) => {
    const size = request.url === '/large' ? 40 : 80;
    response.writeHead(404, { 'x-large': 'x'.repeat(size * 1_024) }).end();
  });
  const send = createTransport();
  const { statusCode, body } = await send(call({ url: `${url}large` }));
  expect(statusCode).toBe(404);
  await body.json().catch(() => undefined);
  await expect(send(call({ url: `${url}endless` }))).rejects.toThrow('Headers Overflow');
});

test('a try is one request', async () => {
  let requests = 0;
  const { url } = await listen((request, response) => {
    requests += 1;
    if (request.url === '/lost') request.socket.destroy();
    else response.end('{}');
  });
  const send = createTransport();
  // The connection is warm then.
  await (await send(call({ url }))).body.json();
  await expect(send(call({ url: `${url}lost` }))).rejects.toThrow('other side closed');
  expect(requests).toBe(2);
});

test('client follows no redirect', async () => {
  const { url } = await listen((_request, response) => {
    response.writeHead(302, { location: 'http://elsewhere.invalid/' }).end();
  });
  const redirect = await createTransport()(call({ url }));
  expect(redirect.statusCode).toBe(302);
  await discard(redirect);
});

test('transport reads no answer without end', async () => {
  const { url } = await listen((_request, response) => response.end('1'.repeat(1_048_577)));
  const { body } = await createTransport()(call({ url }));
  await expect(body.json()).rejects.toThrow('max size');
});

test('transport gives up with the caller', async () => {
  const { url } = await listen(() => undefined);
  const reason = new Error('left');
  const signal = AbortSignal.abort(reason);
  await expect(createTransport()(call({ url, signal }))).rejects.toBe(reason);
});

test('drain is bounded', async () => {
  const { url } = await listen((request, response) => {
    // One answer stalls, the other one never ends.
    response.write('begun');
    if (request.url === '/endless')
      setInterval(() => response.write('x'.repeat(10_000)), 1).unref();
  });
  const send = createTransport();
  const start = performance.now();
  await discard(await send(call({ url })));
  const stalled = performance.now() - start;
  expect(stalled).toBeGreaterThan(40);
  expect(stalled).toBeLessThan(1_000);
  await discard(await send(call({ url: `${url}endless` })));
});
