import { z } from 'zod';

import type { MeasuredRow } from './measured.js';

/** What test/linkerd/proto/rig prints: times are ms since the calls, a status of 0 is no answer within the wait. */
export const outcomeSchema = z.strictObject({
  answers: z.array(
    z.strictObject({ status: z.number(), after: z.number(), proxyError: z.string() }),
  ),
  began: z.array(z.number()),
  retries: z.number(),
});

export type Outcome = z.infer<typeof outcomeSchema>;

/** How long a proxy keeps a call while there is no endpoint, ms. */
const FAIL_FAST = 3_000;
/** A count that hangs on time, as that of a budget, is measured only roughly. */
const EXACT_UP_TO = 10;

/**
 * Where an outcome is not what a row says. Times are compared as ratios: a busy machine makes all of them longer, none
 * shorter.
 */
export function differencesOf(row: MeasuredRow, outcome: Outcome): string[] {
  const found: string[] = [];
  const within = (name: string, value: number | undefined, least: number, most: number): void => {
    if (value === undefined || value < least || value > most)
      found.push(`${name}: ${value ?? 'none'} is not within ${least} and ${most}`);
  };
  const [answer] = outcome.answers;
  const failure = row.plays?.failure ?? '';
  if (row.never !== undefined) {
    const refused = outcome.answers.filter(({ status }) => status !== 200).length;
    within('calls that were not served', refused, 0, 0);
  }
  if (row.tries !== undefined) {
    // What refuses connections sees no request.
    const tries = failure === 'connect-failure' ? 1 + outcome.retries : outcome.began.length;
    const slack = row.tries > EXACT_UP_TO ? row.tries / 2 : 0;
    within('tries', tries, row.tries - slack, row.tries + slack);
  }
  if (row.sees !== undefined) within('status', answer?.status, Number(row.sees), Number(row.sees));
  const [least, most] = boundsOf(row.after, failure);
  if (row.after === 'never') within('status', answer?.status, 0, 0);
  else if (row.after !== undefined) within('answer after', answer?.after, least, most);
  for (const [index, [shortest, longest]] of (row.pauses ?? []).entries()) {
    const [one = Number.NaN, next = Number.NaN] = outcome.began.slice(index);
    const pause = Number.isNaN(next) ? undefined : next - one;
    within(`pause ${index + 1}`, pause, shortest * 0.9, longest * 2);
  }
  if (row.second !== undefined)
    within('second try', outcome.began[1], row.second[0] * 0.95, row.second[1] * 1.5);
  return found;
}

/** The least and the most of the time until an answer, ms. */
function boundsOf(after: MeasuredRow['after'], failure: string): readonly [number, number] {
  if (typeof after !== 'number') return [0, Infinity];
  // At once: nothing was waited for.
  if (after === 0) return [0, FAIL_FAST / 10];
  // A timer ends these. Others end earlier than their longest pauses.
  const isTimed = failure === 'timeout' || failure === 'ejected';
  return isTimed ? [after * 0.95, after * 1.5] : [0, after * 4];
}
