import type { Rule } from '../../../rules/rule.js';
import { linkerdWorld } from '../written/annotated.js';
import { policiesIn } from '../effective/policies-in.js';

export const l5dRetryAfter: Rule = {
  code: 'L5D_RETRY_AFTER',
  severity: 'warning',
  layer: 'mesh',
  title: 'The mesh repeats at once what asked for a pause.',
  reads: ['mesh/objects'],
  why: 'Linkerd hands Retry-After on and does not wait for it: with 2 s asked for, the second and third try came after 44 ms and 120 ms (measured). An upstream that answers 429 asks for fewer calls and gets three times as many.',
  fix: 'Leave 429 to the application, which can wait.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : policiesIn(world)).flatMap(({ target, policy }) => {
      const { retry } = policy;
      const covers = retry?.statuses?.value.some(({ from, to }) => from <= 429 && 429 <= to);
      if (covers !== true || retry?.http === undefined) return [];
      return [
        {
          target,
          at: retry.http.place,
          message: `${target} retries 429 within 25 to 250 ms, whatever Retry-After the upstream asks for.`,
          fix: 'Take 429 out of the list, and repeat it in the application after Retry-After.',
        },
      ];
    });
  },
};
