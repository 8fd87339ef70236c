import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { createEventQueue } from '../../src/simulate/event-queue.js';
import type { Scenario, SimulatedPolicy } from '../../src/simulate/scenario.js';
import { createBreaker } from '../../src/simulate/breaker-model.js';
import { createEjection } from '../../src/simulate/ejection-model.js';
import { createSidecar } from '../../src/simulate/sidecar-model.js';
import { simulate } from '../../src/simulate/simulate.js';
import { usualTransport } from '../../src/transports/transports.js';

const policy: SimulatedPolicy = {
  transport: usualTransport,
  pods: 3,
  replicas: 3,
  deadline: 2_000,
  tries: 2,
  perTryTimeout: 950,
  backoffInitial: 50,
  backoffMax: 1_000,
  isRetriedByApp: (failure) => failure !== '500',
  appBudget: Infinity,
  breaker: { ratio: 0.6, minimum: 20, window: 10_000, openFor: 10_000, probes: 3 },
  meshTimeout: 900,
  meshPerTry: 0,
  meshAttempts: 0,
  meshBackoff: 25,
  isRetriedByMesh: () => false,
  maxRequests: 1_024,
  maxRetries: Infinity,
  retryBudget: undefined,
  ejection: { errors: 5, interval: 5_000, base: 30_000, most: 1, panicBelow: 0 },
};
const scenario: Scenario = {
  fault: 'bad-replica',
  rate: 100,
  from: 5_000,
  to: 15_000,
  end: 30_000,
  workTime: 20,
  capacity: 4,
  share: 0.5,
  seed: 7,
};

describe('simulate', () => {
  test('the same seed gives the same run, another seed another', () => {
    expect(simulate(policy, scenario)).toEqual(simulate(policy, scenario));
    expect(simulate(policy, { ...scenario, seed: 8 })).not.toEqual(simulate(policy, scenario));
  });

  test('a bad replica is ejected, and hardly a call is lost', () => {
    const { seconds, goodput } = simulate(policy, scenario);
    expect(Math.max(...seconds.map(({ ejected }) => ejected))).toBe(1);
    expect(goodput).toBeGreaterThan(0.98);
    const alone = simulate({ ...policy, ejection: undefined, tries: 1 }, scenario);
    expect(alone.goodput).toBeLessThan(0.75);
  });

  test('an upstream that is gone opens the breakers, which spare it', () => {
    const gone = simulate(policy, { ...scenario, fault: 'gone' });
    expect(Math.max(...gone.seconds.map(({ open }) => open))).toBe(3);
    expect(gone.amplification).toBeLessThan(1);
    const bare = simulate({ ...policy, breaker: undefined }, { ...scenario, fault: 'gone' });
    expect(bare.amplification).toBeGreaterThan(1.9);
  });

  test('more tries never mean fewer requests while it fails', () => {
    const amplifications = [1, 2, 4].map(
      (tries) =>
        simulate({ ...policy, tries, breaker: undefined }, { ...scenario, fault: 'errors' })
          .amplification,
    );
    expect(amplifications).toEqual([...amplifications].sort((a, b) => a - b));
  });

  test('calls are neither lost nor made up', () => {
    const { seconds } = simulate(policy, { ...scenario, fault: 'slow' });
    const sum = (key: 'offered' | 'good' | 'failed') =>
      seconds.reduce((total, second) => total + second[key], 0);
    const open = sum('offered') - sum('good') - sum('failed');
    // Calls that began within the last deadline may still be under way.
    expect(open).toBeGreaterThanOrEqual(0);
    expect(open).toBeLessThan(2 * scenario.rate);
  });
});

describe('against theory', () => {
  // Of tries that each fail with probability p: (1 − pᴬ)/(1 − p) requests a call, 1 − pᴬ of them well.
  test.each([
    { tries: 1, retries: 0, share: 0.5, requests: 1, good: 0.5 },
    { tries: 1, retries: 0, share: 1, requests: 1, good: 0 },
    { tries: 2, retries: 0, share: 1, requests: 2, good: 0 },
    { tries: 2, retries: 0, share: 0.5, requests: 1.5, good: 0.75 },
    { tries: 3, retries: 0, share: 0.5, requests: 1.75, good: 0.875 },
    { tries: 1, retries: 2, share: 0.5, requests: 1.75, good: 0.875 },
    { tries: 2, retries: 1, share: 0.5, requests: 1.875, good: 0.9375 },
    { tries: 3, retries: 2, share: 1, requests: 9, good: 0 },
  ])(
    '$tries tries by the application, $retries retries by the mesh, $share fail',
    ({ tries, retries, share, requests, good }) => {
      const free = { ...policy, breaker: undefined, ejection: undefined, deadline: 10_000 };
      const { amplification, goodput } = simulate(
        { ...free, tries, meshAttempts: retries, isRetriedByMesh: () => true },
        { ...scenario, fault: 'errors', share, rate: 400, capacity: 100 },
      );
      expect(Math.abs(amplification - requests)).toBeLessThan(0.05 * requests);
      expect(Math.abs(goodput - good)).toBeLessThan(0.03);
    },
  );

  test('while a breaker is open the upstream gets its probes alone', () => {
    const { seconds } = simulate(policy, { ...scenario, fault: 'gone' });
    const [before, open] = [seconds[3]!, seconds[9]!];
    expect(open.open).toBe(3);
    expect(open.requests).toBeLessThan(0.15 * before.requests);
  });

  test('probes that the own sidecar refuses do not hold a breaker open for ever', () => {
    const queue = createEventQueue();
    const breaker = createBreaker(
      { ratio: 0.5, minimum: 1, window: 1_000, openFor: 100, probes: 2 },
      queue,
    );
    breaker.record(true);
    queue.run(200);
    for (let call = 0; call < 10; call += 1) {
      expect(breaker.admit()).toBe(true);
      breaker.forget();
    }
    for (let probe = 0; probe < 2; probe += 1) {
      expect(breaker.admit()).toBe(true);
      breaker.record(false);
    }
    expect(breaker.isOpen()).toBe(false);
  });
});

test('events run in the order of their time, then of their coming, and later ones stay', () => {
  const queue = createEventQueue();
  const seen: string[] = [];
  for (const [at, name] of [
    [30, 'd'],
    [10, 'a'],
    [20, 'b'],
    [20, 'c'],
  ] as const)
    queue.after(at, () => seen.push(name));
  queue.run(20);
  expect(seen).toEqual(['a', 'b', 'c']);
  queue.run(100);
  expect(seen.join('')).toBe('abcd');
});

describe("the sidecar's limits", () => {
  /** Sends calls whose every request fails after a while, and watches the retries that run at once. */
  function mostRetries(
    limits: Pick<SimulatedPolicy, 'retryBudget' | 'maxRetries'>,
    { calls, length }: { readonly calls: number; readonly length: number },
  ): { retries: number; allowed: number; most: number } {
    const queue = createEventQueue();
    let [inFlight, running, retries, most, allowed] = [0, 0, 0, 0, 0];
    const sidecar = createSidecar(
      {
        ...policy,
        ...limits,
        ejection: undefined,
        meshTimeout: 0,
        meshAttempts: 3,
        isRetriedByMesh: () => true,
        maxRequests: Infinity,
      },
      {
        queue,
        // Pauses are nothing, so that a retry begins when it is decided.
        random: () => 0,
        upstream: {
          send: (_, reply) => {
            const isRetry = started >= calls;
            started += 1;
            inFlight += 1;
            if (isRetry) [retries, running] = [retries + 1, running + 1];
            most = Math.max(most, running);
            const { percent, minimum } = limits.retryBudget ?? { percent: 0, minimum: 0 };
            // What was in flight before the request that failed left.
            allowed = Math.max(allowed, Math.floor((percent / 100) * (inFlight + 1)), minimum);
            queue.after(length, () => {
              inFlight -= 1;
              if (isRetry) running -= 1;
              reply('503');
            });
            return { cancel: () => undefined };
          },
        },
      },
    );
    let started = 0;
    for (let index = 0; index < calls; index += 1) sidecar.send(() => undefined);
    queue.run(60_000);
    return { retries, allowed, most };
  }

  test('a retry budget bounds the retries at once: a share of what is in flight, and at least so many', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 10 }),
        fc.integer({ min: 1, max: 60 }),
        (percent, minimum, calls) => {
          const retryBudget = { percent, minimum };
          const { most, allowed, retries } = mostRetries(
            { retryBudget, maxRetries: Infinity },
            { calls, length: 10 },
          );
          expect(most).toBeLessThanOrEqual(allowed);
          if (percent === 0 && minimum === 0) expect(retries).toBe(0);
          if (minimum > 0) expect(retries).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('without a budget maxRetries bounds them, and nothing does by default', () => {
    const of = (maxRetries: number) =>
      mostRetries({ retryBudget: undefined, maxRetries }, { calls: 20, length: 10 });
    expect(of(4).most).toBe(4);
    expect(of(Infinity)).toMatchObject({ most: 20, retries: 60 });
  });

  test('below the panic threshold ejected replicas are asked again', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 }),
        fc.integer({ min: 0, max: 100 }),
        fc.integer({ min: 0, max: 10 }),
        (replicas, panicBelow, failing) => {
          const queue = createEventQueue();
          const ejection = createEjection(
            {
              ...policy,
              replicas,
              ejection: { errors: 1, interval: 1_000, base: 60_000, most: replicas, panicBelow },
            },
            { queue, random: () => 0.5 },
          );
          const bad = Math.min(failing, replicas);
          for (let replica = 0; replica < bad; replica += 1) ejection.observe(replica, true);
          const healthy = replicas - bad;
          expect(ejection.countOut()).toBe(bad);
          const isPanic = (100 * healthy) / replicas < panicBelow;
          const picked = ejection.pick(-1);
          if (isPanic) expect(picked).toBe(Math.floor(replicas / 2));
          else if (healthy === 0) expect(picked).toBeUndefined();
          else expect(picked).toBeGreaterThanOrEqual(bad);
        },
      ),
      { numRuns: 500 },
    );
  });

  // mesh.md, 1.3: minHealthPercent 50, all three replicas bad: all ejected, and still served.
  test('panic keeps an upstream served whose replicas were all ejected', () => {
    const all = { errors: 5, interval: 5_000, base: 30_000, most: 3 };
    const late = { ...scenario, fault: 'errors' as const, share: 1, to: 7_000 };
    const after = (panicBelow: number) =>
      simulate({ ...policy, tries: 1, breaker: undefined, ejection: { ...all, panicBelow } }, late)
        .seconds.slice(10, 20)
        .reduce((sum, { good }) => sum + good, 0);
    expect(after(0)).toBe(0);
    expect(after(50)).toBeGreaterThan(900);
  });

  test("the application's budget bounds its repeats", () => {
    const run = (appBudget: number) =>
      simulate(
        { ...policy, tries: 4, appBudget, breaker: undefined, ejection: undefined },
        { ...scenario, fault: 'errors', share: 1, rate: 200 },
      ).amplification;
    expect(run(Infinity)).toBeGreaterThan(3.5);
    // A burst of ten a pod besides the share.
    expect(run(0.2)).toBeLessThan(1.25);
  });
});
