import type { FailureClass } from '../transports/transport.js';
import type { EventQueue } from './event-queue.js';
import { exponential } from './random.js';
import type { Scenario, SimulatedPolicy } from './scenario.js';

export type Reply = 'ok' | FailureClass;

/** The replicas of the upstream: each works on `capacity` requests at once and queues the others. */
export type UpstreamModel = {
  /** @param reply called at most once; not at all for a request that was cancelled while it waited */
  readonly send: (
    replica: number,
    reply: (answer: Reply) => void,
  ) => { readonly cancel: () => void };
};

type Waiting = { isCancelled: boolean; readonly begin: () => void };

export function createUpstream(
  { fault, from, to, workTime, capacity, share }: Scenario,
  {
    policy: { replicas, transport },
    queue,
    random,
  }: {
    readonly policy: Pick<SimulatedPolicy, 'replicas' | 'transport'>;
    readonly queue: EventQueue;
    readonly random: () => number;
  },
): UpstreamModel {
  const busy = Array.from({ length: replicas }, () => 0);
  const waiting = Array.from({ length: replicas }, (): Waiting[] => []);
  const isFailing = () => queue.now() >= from && queue.now() < to;
  const finish = (replica: number): void => {
    busy[replica] = (busy[replica] ?? 1) - 1;
    const line = waiting[replica] ?? [];
    for (let next = line.shift(); next !== undefined; next = line.shift()) {
      if (next.isCancelled) continue;
      next.begin();
      return;
    }
  };
  return {
    send: (replica, reply) => {
      if (isFailing() && fault === 'gone') {
        queue.after(1, () => reply('connect-failure'));
        return { cancel: () => undefined };
      }
      const isBad =
        isFailing() &&
        ((fault === 'errors' && random() < share) || (fault === 'bad-replica' && replica === 0));
      if (isBad) {
        queue.after(2, () => reply(transport.unavailable));
        return { cancel: () => undefined };
      }
      const entry: Waiting = {
        isCancelled: false,
        begin: () => {
          busy[replica] = (busy[replica] ?? 0) + 1;
          const slowed = isFailing() && fault === 'slow' ? 100 : 1;
          queue.after(exponential(workTime * slowed, random), () => {
            // Work that nobody waits for any more is done all the same.
            if (!entry.isCancelled) reply('ok');
            finish(replica);
          });
        },
      };
      if ((busy[replica] ?? 0) < capacity) entry.begin();
      else waiting[replica]?.push(entry);
      return {
        cancel: () => {
          entry.isCancelled = true;
        },
      };
    },
  };
}
