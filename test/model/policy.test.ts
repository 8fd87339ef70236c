import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { EJECTION, servicePolicy, upstreamPolicy } from '../../src/model/coherent-policy.js';
import {
  derivations,
  deriveRequestTimeout,
  MIN_CALL_TIMEOUT,
  MIN_TRY_TIMEOUT,
  sumBackoff,
} from '../../src/model/policy.js';

const upstream = { timeout: 2_000, replicas: 3, stream: false };
const retries = { tries: 2, perTryTimeout: 950, backoffInitial: 50, backoffMax: 1_000 };

test('the declared defaults give the documented numbers', () => {
  expect(upstreamPolicy(upstream, retries)).toMatchObject({
    repeated: true,
    repeatedTimeout: 900,
    otherTimeout: 1_950,
    safeTries: 3,
    connectTimeout: 400,
    ejection: { errors: 5, maxPercent: 50 },
  });
  expect(servicePolicy(5_000)).toMatchObject({
    readTimeout: 5_000,
    writeTimeout: 10_000,
    shutdownTimeout: 20_000,
    stopping: 25_000,
    gracePeriod: 30_000,
  });
});

test('a delay before connections close is counted', () => {
  expect(servicePolicy(5_000)).toMatchObject({ shutdownDelay: 5_000, podShutdownDelay: 0 });
  expect(servicePolicy(5_000, { shutdownDelay: 10_500 })).toMatchObject({
    shutdownDelay: 10_500,
    podShutdownDelay: 10_500,
    stopping: 36_000,
    gracePeriod: 41_000,
  });
});

test('without retries in the application, the mesh owns every route', () => {
  const policy = upstreamPolicy(upstream, undefined);
  expect(policy).toMatchObject({
    repeated: false,
    appTries: 1,
    otherTimeout: 1_950,
    safeTries: 3,
  });
});

test('a stream has no timeout in the mesh', () => {
  const policy = upstreamPolicy({ ...upstream, stream: true }, retries);
  expect([policy.repeatedTimeout, policy.otherTimeout]).toEqual([0, 0]);
});

test.each([
  [1, 0],
  [2, 50],
  [3, 150],
  [7, 50 + 100 + 200 + 400 + 800 + 1_000],
])('%d tries pause %d ms at the most', (tries, pauses) => {
  expect(sumBackoff(tries, 50, 1_000)).toBe(pauses);
});

test.each([
  [[], 5_000],
  [[2_000], 5_000],
  [[4_000, 2_000], 7_000],
])('upstreams of %j ms give a deadline of %d ms', (timeouts, deadline) => {
  expect(deriveRequestTimeout(timeouts)).toBe(deadline);
});

describe('for every call timeout and number of tries that fits', () => {
  const calls = fc
    .record({
      timeout: fc.integer({ min: MIN_CALL_TIMEOUT, max: 60_000 }),
      replicas: fc.integer({ min: 1, max: 50 }),
      stream: fc.constant(false),
      tries: fc.integer({ min: 1, max: 10 }),
    })
    .map((call) => {
      const values = { tries: call.tries, backoffInitial: 50, backoffMax: 1_000 };
      const perTryTimeout =
        derivations['perTryTimeout']?.({
          callTimeout: call.timeout,
          replicas: call.replicas,
          values,
        }) ?? 0;
      return { call, app: { ...values, perTryTimeout } };
    })
    .filter(({ app }) => app.perTryTimeout >= MIN_TRY_TIMEOUT);

  test('all tries and pauses end before the call does', () => {
    fc.assert(
      fc.property(calls, ({ call, app }) => {
        expect(
          app.tries * app.perTryTimeout + sumBackoff(app.tries, 50, 1_000),
        ).toBeLessThanOrEqual(call.timeout);
      }),
    );
  });

  test('the mesh cuts before the application does, so that a hanging replica is ejected', () => {
    fc.assert(
      fc.property(calls, ({ call, app }) => {
        const policy = upstreamPolicy(call, app);
        expect(policy.repeatedTimeout).toBeLessThan(policy.perTryTimeout);
        expect(policy.otherTimeout).toBeLessThan(call.timeout);
        expect(policy.repeatedTimeout).toBeGreaterThan(0);
      }),
    );
  });

  test('every retry of a failed connect fits into its route', () => {
    fc.assert(
      fc.property(calls, ({ call, app }) => {
        const { connectTimeout, safeTries, otherTimeout, repeatedTimeout } = upstreamPolicy(
          call,
          app,
        );
        expect(connectTimeout).toBeGreaterThanOrEqual(10);
        expect(safeTries * connectTimeout + 100).toBeLessThanOrEqual(otherTimeout);
        expect(connectTimeout).toBeLessThan(repeatedTimeout);
      }),
    );
  });

  test('ejection takes out at least one replica and never all', () => {
    fc.assert(
      fc.property(calls, ({ call, app }) => {
        const { ejection } = upstreamPolicy(call, app);
        const ejected = Math.floor((EJECTION.maxPercent * call.replicas) / 100);
        expect(ejection !== undefined).toBe(call.replicas > 1);
        if (ejection !== undefined) expect(ejected).toBeGreaterThanOrEqual(1);
        expect(ejected).toBeLessThan(call.replicas);
      }),
    );
  });

  test('shutdown outlasts the longest request, and the grace period outlasts shutdown', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_600_000 }), fc.nat(300_000), (deadline, delay) => {
        const policy = servicePolicy(deadline, { shutdownDelay: delay });
        expect(policy.shutdownTimeout).toBeGreaterThanOrEqual(deadline + 5_000);
        expect(policy.gracePeriod).toBeGreaterThan(policy.preStop + delay + policy.shutdownTimeout);
        expect(policy.idleTimeout).toBeGreaterThan(policy.meshIdleTimeout);
      }),
    );
  });
});
