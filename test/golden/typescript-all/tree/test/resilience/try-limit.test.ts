import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { DeadlineError } from '../../src/deadline.ts';
import { limitTry } from '../../src/resilience/try-limit.ts';
import { finish } from '../support/clock.ts';
import { answer, call, FakeUpstream, hang } from '../support/upstream.ts';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('limit try ends a slow try', async () => {
  const start = performance.now();
  const ended = finish(limitTry(hang, 1_000)(call()));
  await expect(ended).rejects.toThrow(new DeadlineError('no response headers within 1000 ms'));
  await expect(ended).rejects.toBeInstanceOf(DeadlineError);
  expect(performance.now() - start).toBe(1_000);
});

test('limit try leaves the body alone', async () => {
  const upstream = new FakeUpstream(answer(200));
  const quick = await limitTry(upstream.send, 1_000)(call());
  await vi.advanceTimersByTimeAsync(60_000);
  expect(quick.statusCode).toBe(200);
  expect(upstream.calls[0]?.signal.aborted).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('limit try passes errors on', async () => {
  const upstream = new FakeUpstream(new Error('refused'));
  await expect(finish(limitTry(upstream.send, 1_000)(call()))).rejects.toThrow('refused');
  expect(vi.getTimerCount()).toBe(0);
});

test('limit try knows when the caller left', async () => {
  const caller = new AbortController();
  setTimeout(() => caller.abort(), 1);
  const left = finish(limitTry(hang, 1_000)(call({ signal: caller.signal })));
  await expect(left).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }) as Error);
});
