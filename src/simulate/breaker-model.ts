import type { EventQueue } from './event-queue.js';
import type { SimulatedPolicy } from './scenario.js';

export type BreakerModel = {
  /** False when the call is refused. */
  readonly admit: () => boolean;
  readonly record: (isFailure: boolean) => void;
  /** The call says nothing of the upstream: a probe may be made in its place. */
  readonly forget: () => void;
  readonly isOpen: () => boolean;
};

/** A breaker of ten buckets a window: closed, open for a while, then probes of which all must succeed. */
export function createBreaker(
  settings: SimulatedPolicy['breaker'],
  queue: EventQueue,
): BreakerModel {
  if (settings === undefined)
    return {
      admit: () => true,
      record: () => undefined,
      forget: () => undefined,
      isOpen: () => false,
    };
  const bucketLength = settings.window / 10;
  const buckets = new Map<number, { calls: number; failures: number }>();
  let [openUntil, probing, succeeded] = [-1, 0, 0];
  let state: 'closed' | 'open' | 'half-open' = 'closed';
  const open = (): void => {
    state = 'open';
    openUntil = queue.now() + settings.openFor;
    buckets.clear();
  };
  return {
    isOpen: () => state !== 'closed',
    admit: () => {
      if (state === 'closed') return true;
      if (state === 'open') {
        if (queue.now() < openUntil) return false;
        [state, probing, succeeded] = ['half-open', 0, 0];
      }
      if (probing >= settings.probes) return false;
      probing += 1;
      return true;
    },
    forget: () => {
      if (state === 'half-open') probing = Math.max(0, probing - 1);
    },
    record: (isFailure) => {
      if (state === 'open') return;
      if (state === 'half-open') {
        if (isFailure) {
          open();
          return;
        }
        succeeded += 1;
        if (succeeded >= settings.probes) state = 'closed';
        return;
      }
      const index = Math.floor(queue.now() / bucketLength);
      const bucket = buckets.get(index) ?? { calls: 0, failures: 0 };
      buckets.set(index, {
        calls: bucket.calls + 1,
        failures: bucket.failures + (isFailure ? 1 : 0),
      });
      for (const key of buckets.keys()) if (key <= index - 10) buckets.delete(key);
      let [calls, failures] = [0, 0];
      for (const one of buckets.values())
        [calls, failures] = [calls + one.calls, failures + one.failures];
      if (calls >= settings.minimum && failures / calls >= settings.ratio) open();
    },
  };
}
