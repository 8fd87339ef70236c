import type { EventQueue } from './event-queue.js';
import type { SimulatedPolicy } from './scenario.js';

export type EjectionModel = {
  readonly observe: (replica: number, isError: boolean) => void;
  /** A replica for a request, another than the last where there is one; undefined when all are ejected. */
  readonly pick: (last: number) => number | undefined;
  /** Replicas that are ejected now. */
  readonly countOut: () => number;
  /** When the next of them is back, ms; Infinity where none is out. */
  readonly nextReturn: () => number;
};

/** Envoy never ejects for longer, unless the base time is longer itself, ms. */
const LONGEST = 300_000;

/** How long the n-th ejection lasts, ms. */
function lengthOf(
  { base, doublesTo = 0 }: NonNullable<SimulatedPolicy['ejection']>,
  count: number,
): number {
  return doublesTo > 0
    ? Math.min(doublesTo, base * 2 ** (count - 1))
    : Math.min(Math.max(LONGEST, base), base * count);
}

/** Ejection by errors in a row: Envoy's, with its panic threshold, or a breaker that probes each replica. */
export function createEjection(
  { replicas, ejection }: SimulatedPolicy,
  { queue, random }: { readonly queue: EventQueue; readonly random: () => number },
): EjectionModel {
  const all = Array.from({ length: replicas }, (_, index) => index);
  const errorsInRow = all.map(() => 0);
  const ejections = all.map(() => 0);
  const outUntil = all.map(() => -1);
  const isOut = (replica: number): boolean => (outUntil[replica] ?? -1) > queue.now();
  const countOut = (): number => all.filter(isOut).length;
  return {
    countOut,
    observe: (replica, isError) => {
      const errors = isError ? (errorsInRow[replica] ?? 0) + 1 : 0;
      if (!isError && (ejection?.doublesTo ?? 0) > 0) ejections[replica] = 0;
      errorsInRow[replica] = errors;
      if (ejection === undefined || errors < ejection.errors || isOut(replica)) return;
      if (countOut() >= ejection.most) return;
      const count = (ejections[replica] ?? 0) + 1;
      ejections[replica] = count;
      const until = queue.now() + lengthOf(ejection, count);
      // Where there are sweeps, endpoints come back at these only.
      const { interval } = ejection;
      outUntil[replica] = interval === 0 ? until : Math.ceil(until / interval) * interval;
      // What comes back as a probe is out again with its first error.
      errorsInRow[replica] = (ejection.doublesTo ?? 0) > 0 ? ejection.errors - 1 : 0;
    },
    nextReturn: () => Math.min(...outUntil.filter((until) => until > queue.now())),
    pick: (last) => {
      const healthy = all.filter((replica) => !isOut(replica));
      // Panic: below the threshold requests go to all replicas, ejected ones included.
      const isPanic = (100 * healthy.length) / replicas < (ejection?.panicBelow ?? 0);
      const allowed = isPanic ? all : healthy;
      const others = allowed.filter((replica) => replica !== last);
      const from = others.length > 0 ? others : allowed;
      return from[Math.floor(random() * from.length)];
    },
  };
}
