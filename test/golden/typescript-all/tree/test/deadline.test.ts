import { once } from 'node:events';
import { request, type ClientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';

import { fastify } from 'fastify';
import { afterEach, expect, test, vi } from 'vitest';

import { addDeadline, Deadline, DeadlineError } from '../src/deadline.ts';

afterEach(() => {
  vi.useRealTimers();
});

test('deadline', () => {
  vi.useFakeTimers();
  const start = performance.now();
  const deadline = new Deadline(3_000);
  expect(deadline.at).toBe(start + 3_000);
  vi.advanceTimersByTime(2_999);
  expect(deadline.signal.aborted).toBe(false);
  vi.advanceTimersByTime(1);
  expect(deadline.signal.reason).toEqual(new DeadlineError('not done within 3000 ms'));
  expect(deadline.signal.reason).toBeInstanceOf(DeadlineError);
});

test('a cancelled deadline aborts at once', () => {
  vi.useFakeTimers();
  const deadline = new Deadline(3_000);
  deadline.cancel();
  expect(deadline.signal.reason).toMatchObject({ name: 'AbortError' });
  expect(vi.getTimerCount()).toBe(0);
});

/** A service whose one route answers when `finish` says so. */
function build(timeout: number, finish: (deadline: Deadline) => Promise<unknown>) {
  const app = fastify();
  const seen: Deadline[] = [];
  addDeadline(app, timeout);
  app.post('/', async ({ deadline }) => {
    seen.push(deadline);
    await finish(deadline);
    return { isAborted: deadline.signal.aborted };
  });
  return { app, seen };
}

test('a request has a deadline until it is answered', async () => {
  const { app, seen } = build(60_000, () => new Promise(setImmediate));
  const start = performance.now();
  const response = await app.inject({ method: 'POST', url: '/', payload: { name: 'lamp' } });
  expect(response.json()).toEqual({ isAborted: false });
  expect(seen[0]?.at).toBeGreaterThanOrEqual(start + 60_000);
  expect(seen[0]?.signal.aborted).toBe(true);
});

test('a request ends at its deadline', async () => {
  const { app } = build(10, ({ signal }) => once(signal, 'abort'));
  const response = await app.inject({ method: 'POST', url: '/', payload: {} });
  expect(response.json()).toEqual({ isAborted: true });
});

test('a request lasts as long as its caller waits', async () => {
  const callers: ClientRequest[] = [];
  const { app, seen } = build(60_000, async ({ signal }) => {
    // The body is read by now, and a signal that follows the request alone would have aborted.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(signal.aborted).toBe(false);
    callers[0]?.destroy();
    await once(signal, 'abort');
  });
  await app.listen();
  const { port } = app.server.address() as AddressInfo;
  const headers = { 'content-type': 'application/json' };
  const caller = request({ port, method: 'POST', headers });
  callers.push(caller);
  caller.end('{}');
  await once(caller, 'close').catch(() => undefined);
  await app.close();
  expect(seen[0]?.signal.reason).toMatchObject({ name: 'AbortError' });
});
