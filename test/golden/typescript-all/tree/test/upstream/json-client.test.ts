import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';

import { Deadline, DeadlineError } from '../../src/deadline.ts';
import type { Answer, Send } from '../../src/upstream/call.ts';
import { JsonClient } from '../../src/upstream/json-client.ts';
import { UpstreamError } from '../../src/upstream/upstream-error.ts';
import { finish } from '../support/clock.ts';
import { answer, FakeUpstream, hang } from '../support/upstream.ts';

const settings = { url: 'http://upstream.invalid/base', timeout: 2_000 };
const item = z.object({ id: z.string() });

function get(send: Send, caller = new Deadline(60_000)): Promise<{ id: string }> {
  return new JsonClient('inventory', settings, send).get('/v1/items/7', item, caller);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('client decodes the answer', async () => {
  const upstream = new FakeUpstream(answer(200, {}, { id: '7', name: 'lamp' }));
  expect(await get(upstream.send)).toEqual({ id: '7' });
  expect(upstream.calls).toMatchObject([
    {
      method: 'GET',
      url: 'http://upstream.invalid/base/v1/items/7',
      headers: { accept: 'application/json' },
    },
  ]);
});

describe('client tells what went wrong', () => {
  const json = answer(200);
  json.body.json.mockRejectedValue(new SyntaxError('Unexpected token'));
  const cases: [string, Answer | Error, number][] = [
    ['no such item', answer(404), 404],
    ['too many requests', answer(429), 503],
    ['unavailable', answer(503), 503],
    ["proxy's timeout", answer(504), 504],
    ['internal error', answer(500), 502],
    ['refused as invalid', answer(400), 502],
    ['a redirect', answer(302), 502],
    ['no content', answer(204), 502],
    ['no JSON', json, 502],
    ['another shape', answer(200, {}, { id: 7 }), 502],
    ['no connection', new Error('connection refused'), 502],
    ['deadline', new DeadlineError('late'), 504],
  ];
  test.each(cases)('%s', async (_name, outcome, status) => {
    const error = await get(new FakeUpstream(outcome).send).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UpstreamError);
    expect(error).toMatchObject({ status, retryAfter: '' });
    expect(String(error)).toContain('inventory');
    if (outcome instanceof Error) expect(error).toMatchObject({ cause: outcome });
    else if (outcome.statusCode !== 200) expect(String(error)).toContain(outcome.statusCode);
  });
});

test('client keeps an error that says enough', async () => {
  const open = new UpstreamError('the circuit breaker is open', { status: 503 });
  await expect(get(new FakeUpstream(open).send)).rejects.toBe(open);
});

test('client reports status and retry after', async () => {
  for (const status of [429, 503]) {
    const busy = new FakeUpstream(answer(status, { 'retry-after': '7' }));
    await expect(get(busy.send)).rejects.toMatchObject({ status: 503, retryAfter: '7' });
  }
  const broken = new FakeUpstream(answer(500, { 'retry-after': '7' }));
  await expect(get(broken.send)).rejects.toMatchObject({ status: 502, retryAfter: '' });
});

test('client drains what it does not read', async () => {
  const missing = answer(404);
  await expect(get(new FakeUpstream(missing).send)).rejects.toThrow('404');
  expect(missing.body.dump).toHaveBeenCalledWith({
    limit: 65_536,
    signal: expect.any(AbortSignal) as AbortSignal,
  });
  missing.body.dump.mockRejectedValue(new Error('the connection broke'));
  await expect(get(new FakeUpstream(missing).send)).rejects.toThrow('404');
});

describe('client keeps the earlier deadline', () => {
  test.each([
    ['its own', 5_000, 2_000],
    ["the caller's", 1_000, 1_000],
  ])('%s', async (_name, timeout, expected) => {
    const start = performance.now();
    let deadline = 0;
    const send: Send = (call) => {
      deadline = call.deadline;
      return hang(call);
    };
    const caller = new Deadline(timeout);
    await expect(finish(get(send, caller))).rejects.toMatchObject({ status: 504 });
    expect(deadline).toBe(start + expected);
    caller.cancel();
  });

  test('a caller that hangs up', async () => {
    const caller = new Deadline(5_000);
    const start = performance.now();
    setTimeout(() => caller.cancel(), 10);
    const abandoned = get(hang, caller);
    abandoned.catch(() => undefined);
    await vi.advanceTimersByTimeAsync(10);
    await expect(abandoned).rejects.toMatchObject({ status: 502 });
    expect(performance.now() - start).toBe(10);
    expect(vi.getTimerCount()).toBe(0);
  });
});
