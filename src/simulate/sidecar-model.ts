import { pauseOf } from '../flow/pauses.js';
import { createEjection } from './ejection-model.js';
import type { EventQueue } from './event-queue.js';
import type { SimulatedPolicy } from './scenario.js';
import type { Reply, UpstreamModel } from './upstream-model.js';

/** What the application gets from its sidecar. */
export type Answer = Reply | 'overloaded';

export type SidecarModel = {
  readonly send: (answer: (result: Answer) => void) => { readonly cancel: () => void };
  readonly ejected: () => number;
};

type Surroundings = {
  readonly queue: EventQueue;
  readonly random: () => number;
  readonly upstream: UpstreamModel;
};

/** One pod's proxy: routes, retries, limits and ejects on its own. */
export function createSidecar(
  policy: SimulatedPolicy,
  { queue, random, upstream }: Surroundings,
): SidecarModel {
  const ejection = createEjection(policy, { queue, random });
  const pauses = { backoff: { value: policy.meshBackoff }, longestPause: policy.longestPause };
  let [inFlight, retrying] = [0, 0];
  /** When the first call waited that is still without a replica, ms. */
  let waitingSince: number | undefined;
  /** Envoy's ResourceManager: a share of what is in flight and at least so many, else a plain number. */
  const mayRetry = (): boolean => {
    const { retryBudget, maxRetries } = policy;
    if (retryBudget === undefined) return retrying < maxRetries;
    const share = Math.floor((retryBudget.percent / 100) * inFlight);
    return retrying < Math.max(share, retryBudget.minimum);
  };

  const send: SidecarModel['send'] = (answer) => {
    let [isDone, attempt, awaited, tried] = [false, 0, 0, -1];
    let leave = (): void => undefined;
    let endRetry = (): void => undefined;
    const end = (result: Answer | undefined): void => {
      if (isDone) return;
      isDone = true;
      leave();
      endRetry();
      if (result !== undefined) answer(result);
    };
    const settle = (replica: number, own: number, reply: Reply): void => {
      if (isDone || own !== awaited) return;
      awaited = 0;
      ejection.observe(replica, reply !== 'ok');
      endRetry();
      const isRetried =
        reply !== 'ok' &&
        attempt <= policy.meshAttempts &&
        policy.isRetriedByMesh(reply) &&
        mayRetry();
      leave();
      if (!isRetried) {
        end(reply);
        return;
      }
      // A retry counts from its pause on until it is answered.
      retrying += 1;
      endRetry = once(() => (retrying -= 1));
      queue.after(pauseOf(pauses, attempt, random()), () => begin(replica));
    };
    /** For the first replica that is back, unless calls have waited for one long enough. */
    const wait = (last: number): void => {
      waitingSince ??= queue.now();
      const left = waitingSince + (policy.failFast ?? 0) - queue.now();
      if (left <= 0) {
        end(policy.transport.unavailable);
        return;
      }
      queue.after(Math.min(left, ejection.nextReturn() - queue.now()), () => begin(last));
    };
    const begin = (last: number): void => {
      if (isDone) return;
      if (inFlight >= policy.maxRequests) {
        end('overloaded');
        return;
      }
      const replica = ejection.pick(last);
      if (replica === undefined) {
        wait(last);
        return;
      }
      waitingSince = undefined;
      tried = replica;
      const own = (attempt += 1);
      awaited = own;
      inFlight += 1;
      const request = upstream.send(replica, (reply) => settle(replica, own, reply));
      leave = once(() => {
        inFlight -= 1;
        request.cancel();
      });
      const isHeard =
        policy.meshPerTry > 0 &&
        (policy.meshTimeout === 0 || policy.meshPerTry < policy.meshTimeout);
      const isOpen = policy.isLastTryOpen && attempt > policy.meshAttempts;
      if (isHeard && !isOpen) queue.after(policy.meshPerTry, () => settle(replica, own, 'timeout'));
    };
    queue.after(0, () => begin(-1));
    if (policy.meshTimeout > 0) {
      queue.after(policy.meshTimeout, () => {
        if (isDone) return;
        if (awaited !== 0) ejection.observe(tried, true);
        end('timeout');
      });
    }
    return { cancel: () => end(undefined) };
  };
  return { send, ejected: ejection.countOut };
}

function once(act: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    act();
  };
}
