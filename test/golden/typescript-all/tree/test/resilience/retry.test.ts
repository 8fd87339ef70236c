import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { RetrySettings } from '../../src/config/retry.ts';
import { DeadlineError } from '../../src/deadline.ts';
import { Budget } from '../../src/resilience/budget.ts';
import { withRetry } from '../../src/resilience/retry.ts';
import type { Answer } from '../../src/upstream/call.ts';
import { finish } from '../support/clock.ts';
import { captureLog } from '../support/log.ts';
import { answer, call, FakeUpstream } from '../support/upstream.ts';

const settings: RetrySettings = {
  attempts: 3,
  perAttemptTimeout: 1_000,
  backoffInitial: 100,
  backoffMax: 1_000,
  on: ['connect-error', 'reset', 'timeout', '429', '503'],
  budget: 0.2,
};

function retrying(upstream: FakeUpstream, overrides: Partial<RetrySettings> = {}) {
  return withRetry(upstream.send, 'upstream', { ...settings, ...overrides }, captureLog().log);
}

function socketError(code: string, syscall = 'read'): Error {
  return Object.assign(new Error(code), { code, syscall });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

test('repeats until success', async () => {
  const upstream = new FakeUpstream(answer(503), socketError('ECONNRESET'), answer(200));
  const put = call({ method: 'PUT', body: 'content' });
  expect(await finish(retrying(upstream)(put))).toMatchObject({ statusCode: 200 });
  expect(upstream.calls.map(({ body }) => body)).toEqual(['content', 'content', 'content']);
});

test('returns the last answer', async () => {
  const upstream = new FakeUpstream(answer(503));
  expect(await finish(retrying(upstream)(call()))).toMatchObject({ statusCode: 503 });
  expect(upstream.calls).toHaveLength(3);
});

test('throws the last error', async () => {
  const upstream = new FakeUpstream(answer(503), socketError('ECONNRESET'));
  await expect(finish(retrying(upstream)(call()))).rejects.toThrow('ECONNRESET');
  expect(upstream.calls).toHaveLength(3);
});

describe('repeats what is configured', () => {
  const refused = socketError('ECONNREFUSED', 'connect');
  const cases: [string, Answer | Error, string, boolean][] = [
    ['refused connection', refused, 'connect-error', true],
    ['refused by every address', new AggregateError([refused]), 'connect-error', true],
    ['unknown host', socketError('ENOTFOUND', 'getaddrinfo'), 'connect-error', true],
    ['connection not made', socketError('UND_ERR_CONNECT_TIMEOUT'), 'connect-error', true],
    ['connection is no timeout', socketError('ETIMEDOUT', 'connect'), 'timeout', false],
    ['timeout', new DeadlineError('late'), 'timeout', true],
    ['timeout is no reset', new DeadlineError('late'), 'reset', false],
    ['reset', socketError('ECONNRESET'), 'reset', true],
    ['broken pipe', socketError('EPIPE', 'write'), 'reset', true],
    ['end before the answer', socketError('UND_ERR_SOCKET'), 'reset', true],
    ['unknown error', new Error('other'), 'reset', false],
    ['status', answer(429), '429', true],
    ['other status', answer(500), '503', false],
    ['shed by our own proxy', answer(503, { 'x-envoy-overloaded': 'true' }), '503', false],
    ['503 of the upstream', answer(503, { 'x-envoy-upstream-service-time': '3' }), '503', true],
  ];
  test.each(cases)('%s', async (_name, outcome, on, repeats) => {
    const upstream = new FakeUpstream(outcome);
    await finish(retrying(upstream, { on: [on] })(call())).catch(() => undefined);
    expect(upstream.calls.length > 1).toBe(repeats);
  });
});

describe('repeats only what is safe', () => {
  test.each([
    ['GET', {}, 3],
    ['HEAD', {}, 3],
    ['OPTIONS', {}, 3],
    ['PUT', {}, 3],
    ['DELETE', {}, 3],
    ['POST', {}, 1],
    ['PATCH', {}, 1],
    ['POST', { 'Idempotency-Key': '7' }, 3],
  ])('%s with %o', async (method, headers, tries) => {
    const upstream = new FakeUpstream(answer(503));
    await finish(retrying(upstream)(call({ method, headers })));
    expect(upstream.calls).toHaveLength(tries);
  });
});

describe('backoff', () => {
  test.each([
    ['no pause at all', 0, [0, 0, 0]],
    ['half of the longest pause', 0.5, [50, 100, 125]],
  ])('%s', async (_name, random, pauses) => {
    vi.spyOn(Math, 'random').mockReturnValue(random);
    const times: number[] = [];
    const upstream = new FakeUpstream(answer(503));
    const send = withRetry(
      (made) => {
        times.push(performance.now());
        return upstream.send(made);
      },
      'upstream',
      { ...settings, attempts: 4, backoffMax: 250 },
      captureLog().log,
    );
    await finish(send(call()));
    expect(times.slice(1).map((time, index) => time - (times[index] ?? 0))).toEqual(pauses);
  });
});

describe('waits as long as the upstream asks', () => {
  test.each([
    ['seconds', () => '3', 3_000],
    ['date', () => new Date(Date.now() + 3_000).toUTCString(), 3_000],
    ['less than the backoff', () => '0', 50],
    ['a date that has passed', () => new Date(0).toUTCString(), 50],
  ])('%s', async (_name, value, pause) => {
    vi.setSystemTime('2026-01-01T00:00:00Z');
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const start = performance.now();
    const upstream = new FakeUpstream(answer(429, { 'retry-after': value() }), answer(200));
    expect(await finish(retrying(upstream)(call()))).toMatchObject({ statusCode: 200 });
    expect(performance.now() - start).toBe(pause);
  });
});

describe('ignores an unreadable retry after', () => {
  test.each(['3 later', 'later 3', '-1', '1.5', 'Monday'])('%s', async (value) => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const start = performance.now();
    const upstream = new FakeUpstream(answer(429, { 'retry-after': value }), answer(200));
    expect(await finish(retrying(upstream)(call()))).toMatchObject({ statusCode: 200 });
    expect(performance.now() - start).toBe(50);
  });
});

describe('does not wait into the deadline', () => {
  test.each([
    [2_000, '3', 1],
    [3_000, '3', 1],
    [4_000, '3', 2],
    [4_000, '99999999999', 1],
    [4_000, '99999999999999999999', 1],
  ])('of %i ms when asked to wait %s s', async (timeout, asked, tries) => {
    const start = performance.now();
    const upstream = new FakeUpstream(answer(429, { 'retry-after': asked }));
    const outcome = await finish(retrying(upstream)(call({ deadline: start + timeout })));
    expect(outcome.statusCode).toBe(429);
    expect(upstream.calls).toHaveLength(tries);
    expect(performance.now() - start).toBe((tries - 1) * 3_000);
  });
});

test('stops with the caller', async () => {
  const caller = new AbortController();
  const upstream = new FakeUpstream(answer(429, { 'retry-after': '60' }));
  const start = performance.now();
  setTimeout(() => caller.abort(), 1_000);
  await expect(finish(retrying(upstream)(call({ signal: caller.signal })))).rejects.toThrow(
    'aborted',
  );
  expect(performance.now() - start).toBe(1_000);
  expect(upstream.calls).toHaveLength(1);
});

test('does not repeat for a caller that left', async () => {
  const upstream = new FakeUpstream(socketError('ECONNRESET'));
  const left = call({ signal: AbortSignal.abort() });
  await expect(finish(retrying(upstream)(left))).rejects.toThrow('ECONNRESET');
  expect(upstream.calls).toHaveLength(1);
});

test('does not pause for a caller that left meanwhile', async () => {
  const caller = new AbortController();
  const abandoned = answer(429, { 'retry-after': '60' });
  abandoned.body.dump.mockImplementation(() => {
    caller.abort();
    return Promise.resolve();
  });
  const start = performance.now();
  const repeated = retrying(new FakeUpstream(abandoned))(call({ signal: caller.signal }));
  await expect(finish(repeated)).rejects.toThrow('aborted');
  expect(performance.now() - start).toBe(0);
});

test('leaves nothing behind', async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, 'addEventListener');
  const removed = vi.spyOn(signal, 'removeEventListener');
  await finish(retrying(new FakeUpstream(answer(503)))(call({ signal })));
  expect(added).toHaveBeenCalledTimes(2);
  expect(removed.mock.calls).toEqual(added.mock.calls);
});

test('drains abandoned answers', async () => {
  const answers = [answer(503), answer(503), answer(200)] as const;
  await finish(retrying(new FakeUpstream(...answers))(call()));
  const [first, second, last] = answers.map(({ body }) => body.dump.mock.calls.length);
  expect([first, second, last]).toEqual([1, 1, 0]);
});

test('spends the budget', async () => {
  const { log, lines } = captureLog();
  const upstream = new FakeUpstream(answer(503));
  const send = withRetry(upstream.send, 'inventory', { ...settings, attempts: 2 }, log);
  for (let count = 0; count < 1_000; count++) await finish(send(call()));
  const repeats = upstream.calls.length - 1_000;
  expect(repeats).toBeGreaterThanOrEqual(200);
  expect(repeats).toBeLessThanOrEqual(210);
  expect(lines[0]).toMatchObject({
    level: 'WARN',
    msg: 'retry budget is spent',
    upstream: 'inventory',
    reason: '503',
  });
});

test('logs what is tried again', async () => {
  const { log, lines } = captureLog();
  log.level = 'debug';
  vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const upstream = new FakeUpstream(answer(503), answer(200));
  await finish(withRetry(upstream.send, 'inventory', settings, log)(call()));
  const line = { level: 'DEBUG', msg: 'trying again', upstream: 'inventory', reason: '503' };
  expect(lines).toMatchObject([{ ...line, pause: 50 }]);
});

test('budget saves no more than a burst', () => {
  const budget = new Budget(0.5);
  for (let count = 0; count < 1_000; count++) budget.deposit();
  let withdrawn = 0;
  while (budget.withdraw()) withdrawn += 1;
  expect(withdrawn).toBe(10);
  budget.deposit();
  expect(budget.withdraw()).toBe(false);
  budget.deposit();
  expect(budget.withdraw()).toBe(true);
});
