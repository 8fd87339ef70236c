import { createAppBudget } from './app-budget.js';
import { createBreaker } from './breaker-model.js';
import { createEventQueue } from './event-queue.js';
import { exponential, seededRandom } from './random.js';
import type { Scenario, SimulatedPolicy } from './scenario.js';
import { createSidecar, type Answer } from './sidecar-model.js';
import { createUpstream } from './upstream-model.js';

/** One second of a run. */
export type SimulatedSecond = {
  /** Calls that began. */
  readonly offered: number;
  /** Requests that reached the upstream. */
  readonly requests: number;
  /** Calls that were answered well. */
  readonly good: number;
  readonly failed: number;
  /** Pods whose breaker is not closed, at the end of the second. */
  readonly open: number;
  /** Replicas ejected by at least one sidecar, at most, at the end of the second. */
  readonly ejected: number;
};

export type Simulation = {
  readonly seconds: readonly SimulatedSecond[];
  /** Requests a call while the upstream fails. */
  readonly amplification: number;
  /** Share of calls answered well while the upstream fails, 0 to 1. */
  readonly goodput: number;
  /** From the end of the fault until 95 % of a second's calls are answered well, ms; undefined when that never comes. */
  readonly recovery: number | undefined;
};

type Counter = { offered: number; requests: number; good: number; failed: number };

/** Runs calls through pods, sidecars and replicas. The same input gives the same output. */
export function simulate(policy: SimulatedPolicy, scenario: Scenario): Simulation {
  const queue = createEventQueue();
  const random = seededRandom(scenario.seed);
  const counters = Array.from({ length: scenario.end / 1_000 }, (): Counter => ({
    offered: 0,
    requests: 0,
    good: 0,
    failed: 0,
  }));
  const count = (key: keyof Counter, at = queue.now()): void => {
    const counter = counters[Math.floor(at / 1_000)];
    if (counter !== undefined) counter[key] += 1;
  };
  const model = createUpstream(scenario, { policy, queue, random });
  const upstream: typeof model = {
    send: (replica, reply) => {
      count('requests');
      return model.send(replica, reply);
    },
  };
  const makeProxy = () => createSidecar(policy, { queue, random, upstream });
  const shared = policy.isShared === true ? makeProxy() : undefined;
  const pods = Array.from({ length: policy.pods }, () => ({
    sidecar: shared ?? makeProxy(),
    breaker: createBreaker(policy.breaker, queue),
    budget: createAppBudget(policy.appBudget),
  }));

  const startCall = (): void => {
    const pod = pods[Math.floor(random() * pods.length)];
    if (pod === undefined) return;
    const began = queue.now();
    let [isOver, tries] = [false, 0];
    let abandon = (): void => undefined;
    count('offered');
    pod.budget.deposit();
    const finish = (isGood: boolean): void => {
      if (isOver) return;
      isOver = true;
      abandon();
      count(isGood ? 'good' : 'failed', isGood ? queue.now() : began);
    };
    const attempt = (): void => {
      if (isOver) return;
      if (!pod.breaker.admit()) {
        finish(false);
        return;
      }
      const own = (tries += 1);
      const settle = (answer: Answer | 'gave-up'): void => {
        if (isOver || own !== tries) return;
        if (answer === 'overloaded') pod.breaker.forget();
        else
          pod.breaker.record(
            answer !== 'ok' && (answer === 'gave-up' || policy.transport.isFault(answer)),
          );
        const failure = answer === 'gave-up' ? 'timeout' : answer;
        const isFinal = failure === 'ok' || failure === 'overloaded' || tries >= policy.tries;
        if (isFinal || !policy.isRetriedByApp(failure) || !pod.budget.withdraw()) {
          finish(failure === 'ok');
          return;
        }
        const pause =
          random() * Math.min(policy.backoffMax, policy.backoffInitial * 2 ** (tries - 1));
        queue.after(pause, attempt);
      };
      const sent = pod.sidecar.send(settle);
      abandon = sent.cancel;
      if (policy.perTryTimeout > 0 && policy.tries > 1) {
        queue.after(policy.perTryTimeout, () => {
          if (isOver || own !== tries) return;
          sent.cancel();
          settle('gave-up');
        });
      }
    };
    if (policy.deadline > 0) {
      queue.after(policy.deadline, () => {
        if (!isOver && tries > 0) pod.breaker.record(true);
        finish(false);
      });
    }
    attempt();
  };

  const arrive = (): void => {
    if (queue.now() >= scenario.end) return;
    startCall();
    queue.after(exponential(1_000 / scenario.rate, random), arrive);
  };
  queue.after(0, arrive);
  const seconds = counters.map((counter, index) => {
    queue.run((index + 1) * 1_000);
    const open = pods.filter(({ breaker }) => breaker.isOpen()).length;
    return { counter, open, ejected: Math.max(0, ...pods.map(({ sidecar }) => sidecar.ejected())) };
  });
  return summarize(
    seconds.map(({ counter, open, ejected }) => ({ ...counter, open, ejected })),
    scenario,
  );
}

function summarize(seconds: readonly SimulatedSecond[], { from, to }: Scenario): Simulation {
  const failing = seconds.slice(from / 1_000, to / 1_000);
  const sum = (key: 'offered' | 'requests' | 'good') =>
    failing.reduce((total, second) => total + second[key], 0);
  const offered = Math.max(1, sum('offered'));
  const after = seconds.slice(to / 1_000);
  const recovered = after.findIndex(({ good, offered: asked }) => good >= 0.95 * asked);
  return {
    seconds,
    amplification: sum('requests') / offered,
    goodput: Math.min(1, sum('good') / offered),
    recovery: recovered === -1 ? undefined : recovered * 1_000,
  };
}
