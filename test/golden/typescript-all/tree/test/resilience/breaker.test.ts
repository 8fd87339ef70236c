import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import type { BreakerSettings } from '../../src/config/breaker.ts';
import { DeadlineError } from '../../src/deadline.ts';
import { withBreaker } from '../../src/resilience/breaker.ts';
import type { Answer, Call, Send } from '../../src/upstream/call.ts';
import { UpstreamError } from '../../src/upstream/upstream-error.ts';
import { captureLog } from '../support/log.ts';
import { answer, call } from '../support/upstream.ts';

const settings: BreakerSettings = {
  failureRatio: 0.5,
  minimumRequests: 4,
  window: 10_000,
  openFor: 5_000,
  halfOpenRequests: 2,
};

/** An upstream whose outcome can change, behind a breaker. */
class Guarded {
  outcome: Answer | Error | (() => Promise<Answer>) = answer(200);
  requests = 0;
  readonly log = captureLog();
  readonly send: Send;

  constructor(outcome: Guarded['outcome'], overrides: Partial<BreakerSettings> = {}) {
    this.outcome = outcome;
    const next = () => {
      this.requests += 1;
      if (this.outcome instanceof Error) return Promise.reject(this.outcome);
      return typeof this.outcome === 'function' ? this.outcome() : Promise.resolve(this.outcome);
    };
    this.send = withBreaker(next, 'inventory', { ...settings, ...overrides }, this.log.log);
  }

  /** Makes calls and tells whether the last one was refused by the breaker. */
  async isOpenAfter(count: number, made: Call = call()): Promise<boolean> {
    let error: unknown;
    for (let index = 0; index < count; index++) {
      error = await this.send(made).then(
        () => undefined,
        (reason: unknown) => reason,
      );
    }
    return error instanceof UpstreamError;
  }
}

const failure = answer(503);
const noConnection = new Error('other side closed');

function abortedCall(reason?: Error): Call {
  return call({ signal: AbortSignal.abort(reason) });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

test('opens half opens and closes', async () => {
  const inventory = new Guarded(failure);
  await expect(inventory.send(call())).resolves.toBe(failure);
  expect(await inventory.isOpenAfter(3)).toBe(false);
  expect(await inventory.isOpenAfter(10)).toBe(true);
  expect(inventory.requests).toBe(4);

  vi.advanceTimersByTime(4_999);
  expect(await inventory.isOpenAfter(1)).toBe(true);
  expect(inventory.requests).toBe(4);

  // One failed probe opens the breaker again.
  vi.advanceTimersByTime(1);
  expect(await inventory.isOpenAfter(2)).toBe(true);
  expect(inventory.requests).toBe(5);

  // Two good probes close it.
  inventory.outcome = answer(200);
  vi.advanceTimersByTime(5_000);
  expect(await inventory.isOpenAfter(20)).toBe(false);
  expect(inventory.requests).toBe(25);
});

test('one good probe does not close it', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);
  inventory.outcome = answer(200);
  await inventory.isOpenAfter(1);
  inventory.outcome = failure;
  await inventory.isOpenAfter(1);
  expect(await inventory.isOpenAfter(1)).toBe(true);
});

test('every half open time needs all its probes', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  for (let time = 0; time < 3; time++) {
    vi.advanceTimersByTime(5_000);
    inventory.outcome = answer(200);
    await inventory.isOpenAfter(1);
    inventory.outcome = failure;
    await inventory.isOpenAfter(1);
  }
  expect(await inventory.isOpenAfter(1)).toBe(true);
  expect(inventory.requests).toBe(10);
});

test('half open lets only probes through', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);

  const { promise, resolve } = withResolvers<Answer>();
  inventory.outcome = () => promise;
  const calls = [1, 2, 3, 4, 5].map(() => inventory.send(call()));
  const outcomes = Promise.allSettled(calls);
  expect(inventory.requests).toBe(6);
  resolve(answer(200));
  const refused = { status: 'rejected', reason: { status: 503, retryAfter: '1' } };
  expect(await outcomes).toMatchObject([
    { status: 'fulfilled' },
    { status: 'fulfilled' },
    refused,
    refused,
    refused,
  ]);
  inventory.outcome = answer(200);
  expect(await inventory.isOpenAfter(1)).toBe(false);
});

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

test('a caller that hangs up neither closes nor blocks a half open breaker', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);
  inventory.outcome = new DOMException('This operation was aborted', 'AbortError');
  await inventory.isOpenAfter(10, abortedCall());
  expect(inventory.requests).toBe(14);

  inventory.outcome = noConnection;
  await inventory.isOpenAfter(1);
  expect(await inventory.isOpenAfter(1)).toBe(true);
});

test('a call from before a change of state has no say after it', async () => {
  const { promise, resolve } = withResolvers<Answer>();
  const inventory = new Guarded(() => promise);
  const late = [1, 2, 3, 4].map(() => inventory.send(call()));
  inventory.outcome = failure;
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);
  await inventory.isOpenAfter(1);
  vi.advanceTimersByTime(5_000);

  // Half-open: the bad answers to calls of long ago are no probes, and do not count.
  inventory.outcome = answer(200);
  await inventory.isOpenAfter(1);
  resolve(failure);
  await Promise.all(late);
  expect(await inventory.isOpenAfter(1)).toBe(false);
});

describe('what counts', () => {
  const overloaded = { 'x-envoy-overloaded': 'true' };
  const cases: [string, Answer | Error, Call, boolean][] = [
    ['success', answer(200), call(), false],
    ['not found', answer(404), call(), false],
    ['too many requests', answer(429), call(), false],
    ['last refusal', answer(499), call(), false],
    ['internal error', answer(500), call(), true],
    ['unavailable', answer(503), call(), true],
    ['timeout of the proxy', answer(504), call(), true],
    ['shed by our own proxy', answer(503, overloaded), call(), false],
    ['500 behind that proxy', answer(500, overloaded), call(), true],
    ['no connection', noConnection, call(), true],
    ['timeout of one try', new DeadlineError('late'), call(), true],
    ['timeout', new DeadlineError('late'), abortedCall(new DeadlineError('late')), true],
    ['caller left', new Error('aborted'), abortedCall(), false],
  ];
  test.each(cases)('%s', async (_name, outcome, made, opens) => {
    expect(await new Guarded(outcome).isOpenAfter(5, made)).toBe(opens);
  });
});

describe('excluded calls are no successes', () => {
  const cases: [string, Answer | Error, Call][] = [
    ['caller left', new Error('aborted'), abortedCall()],
    ['shed by our own proxy', answer(503, { 'x-envoy-overloaded': 'true' }), call()],
  ];
  test.each(cases)('%s', async (_name, outcome, made) => {
    const inventory = new Guarded(outcome);
    await inventory.isOpenAfter(100, made);
    inventory.outcome = noConnection;
    expect(await inventory.isOpenAfter(5)).toBe(true);
  });
});

describe('needs the minimum and the ratio', () => {
  test.each([
    ['below the minimum', 0, 3, false],
    ['at the minimum', 0, 4, true],
    ['below the ratio', 6, 5, false],
    ['at the ratio', 5, 5, true],
  ])('%s', async (_name, good, bad, opens) => {
    const inventory = new Guarded(answer(200));
    await inventory.isOpenAfter(good);
    inventory.outcome = failure;
    await inventory.isOpenAfter(bad);
    expect(await inventory.isOpenAfter(1)).toBe(opens);
  });
});

test('a success does not open it', async () => {
  const inventory = new Guarded(failure, { failureRatio: 0.1 });
  await inventory.isOpenAfter(3);
  inventory.outcome = answer(200);
  expect(await inventory.isOpenAfter(2)).toBe(false);
});

test('forgets what is older than the window', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(2);
  vi.advanceTimersByTime(5_000);
  await inventory.isOpenAfter(1);
  vi.advanceTimersByTime(6_000);
  await inventory.isOpenAfter(2);
  // Those of 11 s ago no longer count, those of 6 s ago still do.
  expect(await inventory.isOpenAfter(1)).toBe(false);
  expect(await inventory.isOpenAfter(1)).toBe(true);
});

test('counts a call no longer than the window', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(2);
  vi.advanceTimersByTime(10_000);
  await inventory.isOpenAfter(3);
  expect(await inventory.isOpenAfter(0)).toBe(false);
  expect(inventory.log.lines).toEqual([]);
});

test('forgets what was before it closed', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);
  inventory.outcome = answer(200);
  await inventory.isOpenAfter(2);
  inventory.outcome = failure;
  expect(await inventory.isOpenAfter(4)).toBe(false);
  expect(await inventory.isOpenAfter(1)).toBe(true);
});

describe('refusal says when to try again', () => {
  test.each([
    [0, 5_000, '5'],
    [1_200, 5_000, '4'],
    [4_999, 5_000, '1'],
    [0, 1_500, '2'],
    [0, 100, '1'],
  ])('%i ms into %i ms', async (later, openFor, retryAfter) => {
    const inventory = new Guarded(failure, { openFor });
    await inventory.isOpenAfter(4);
    vi.advanceTimersByTime(later);
    await expect(inventory.send(call())).rejects.toMatchObject({
      message: 'the circuit breaker of inventory is open',
      status: 503,
      retryAfter,
    });
  });
});

test('refused calls are counted', async () => {
  const inventory = new Guarded(failure, { openFor: 3_600_000 });
  await inventory.isOpenAfter(4 + 100);
  vi.advanceTimersByTime(60_000);
  await inventory.isOpenAfter(1);
  await inventory.isOpenAfter(30);
  vi.advanceTimersByTime(3_600_000);
  inventory.outcome = answer(200);
  await inventory.isOpenAfter(1);
  const about = { level: 'WARN', upstream: 'inventory' };
  expect(inventory.log.lines).toMatchObject([
    { ...about, msg: 'circuit breaker changed', to: 'open', refused: 0 },
    { ...about, msg: 'circuit breaker refuses calls', refused: 101 },
    { ...about, msg: 'circuit breaker changed', to: 'half-open', refused: 30 },
  ]);
});

test('logs transitions', async () => {
  const inventory = new Guarded(failure);
  await inventory.isOpenAfter(4);
  vi.advanceTimersByTime(5_000);
  inventory.outcome = answer(200);
  await inventory.isOpenAfter(2);
  const change = { level: 'WARN', msg: 'circuit breaker changed', upstream: 'inventory' };
  expect(inventory.log.lines).toMatchObject([
    { ...change, from: 'closed', to: 'open' },
    { ...change, from: 'open', to: 'half-open' },
    { ...change, from: 'half-open', to: 'closed' },
  ]);
});
