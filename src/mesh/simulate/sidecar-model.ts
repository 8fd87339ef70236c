import type { FailureClass } from '../../rules/failure-class.js';
import type { EventQueue } from './event-queue.js';
import type { SimulatedPolicy } from './scenario.js';
import type { Reply, UpstreamModel } from './upstream-model.js';

/** What the application gets from its sidecar. */
export type Answer = Reply | 'overloaded';

export type SidecarModel = {
  readonly send: (answer: (result: Answer) => void) => { readonly cancel: () => void };
  readonly ejected: () => number;
};

/** One pod's proxy: routes, retries, limits and ejects on its own. */
export function createSidecar(
  policy: SimulatedPolicy,
  {
    queue,
    random,
    upstream,
  }: {
    readonly queue: EventQueue;
    readonly random: () => number;
    readonly upstream: UpstreamModel;
  },
): SidecarModel {
  const { replicas, ejection } = policy;
  const errorsInRow = Array.from({ length: replicas }, () => 0);
  const ejections = Array.from({ length: replicas }, () => 0);
  const ejectedUntil = Array.from({ length: replicas }, () => -1);
  let active = 0;
  const isOut = (replica: number) => (ejectedUntil[replica] ?? -1) > queue.now();
  const countOut = () => ejectedUntil.filter((until) => until > queue.now()).length;

  const observe = (replica: number, isError: boolean): void => {
    errorsInRow[replica] = isError ? (errorsInRow[replica] ?? 0) + 1 : 0;
    if (ejection === undefined || (errorsInRow[replica] ?? 0) < ejection.errors || isOut(replica))
      return;
    if (countOut() >= ejection.most) return;
    ejections[replica] = (ejections[replica] ?? 0) + 1;
    const length = Math.min(300_000, ejection.base * (ejections[replica] ?? 1));
    // Endpoints come back at the sweeps only.
    ejectedUntil[replica] =
      Math.ceil((queue.now() + length) / ejection.interval) * ejection.interval;
    errorsInRow[replica] = 0;
  };

  const pick = (last: number): number | undefined => {
    const healthy = Array.from({ length: replicas }, (_, index) => index).filter(
      (index) => !isOut(index),
    );
    const others = healthy.filter((index) => index !== last);
    const from = others.length > 0 ? others : healthy;
    return from[Math.floor(random() * from.length)];
  };

  const send: SidecarModel['send'] = (answer) => {
    if (active >= policy.maxRequests) {
      queue.after(0, () => answer('overloaded'));
      return { cancel: () => undefined };
    }
    active += 1;
    let [isDone, attempt, tried] = [false, 0, -1];
    let current: { readonly cancel: () => void } = { cancel: () => undefined };
    const end = (result: Answer | undefined): void => {
      if (isDone) return;
      isDone = true;
      active -= 1;
      current.cancel();
      if (result !== undefined) answer(result);
    };
    const begin = (last: number): void => {
      if (isDone) return;
      const replica = pick(last);
      if (replica === undefined) {
        end('503');
        return;
      }
      tried = replica;
      const own = (attempt += 1);
      const settle = (reply: Reply): void => {
        if (isDone || own !== attempt) return;
        observe(replica, reply !== 'ok');
        if (reply !== 'ok' && attempt <= policy.meshAttempts && policy.isRetriedByMesh(reply)) {
          queue.after(random() * Math.min(250, 25 * (2 ** attempt - 1)), () => begin(replica));
        } else end(reply);
      };
      current = upstream.send(replica, settle);
      const isHeard =
        policy.meshPerTry > 0 &&
        (policy.meshTimeout === 0 || policy.meshPerTry < policy.meshTimeout);
      if (isHeard)
        queue.after(policy.meshPerTry, () => {
          current.cancel();
          settle('timeout');
        });
      if (attempt === 1 && policy.meshTimeout > 0) {
        queue.after(policy.meshTimeout, () => {
          if (isDone) return;
          observe(tried, true);
          end('timeout' satisfies FailureClass);
        });
      }
    };
    begin(-1);
    return { cancel: () => end(undefined) };
  };
  return { send, ejected: countOut };
}
