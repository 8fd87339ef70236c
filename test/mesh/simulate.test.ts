import { describe, expect, test } from 'vitest';

import { createEventQueue } from '../../src/mesh/simulate/event-queue.js';
import type { Scenario, SimulatedPolicy } from '../../src/mesh/simulate/scenario.js';
import { simulate } from '../../src/mesh/simulate/simulate.js';

const policy: SimulatedPolicy = {
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
