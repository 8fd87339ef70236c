import { cite, type Rule } from '../../../rules/rule.js';
import { RETRY } from '../read/annotations.js';
import { linkerdWorld } from '../written/annotated.js';
import { policiesIn } from '../effective/policies-in.js';

export const l5dRetryNeverFits: Rule = {
  code: 'L5D_RETRY_NEVER_FITS',
  severity: 'error',
  layer: 'mesh',
  title: 'The call ends before its first try is given up.',
  reads: ['mesh/objects'],
  why: 'A timeout of the whole call is never retried (measured: 504 after one try, though 5xx is retried). With one at or below retry.linkerd.io/timeout no try is ever repeated for being slow.',
  fix: 'A timeout of the call above the tries and pauses together, or a shorter one for each try.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : policiesIn(world)).flatMap(({ target, policy }) => {
      const { retry, timeouts } = policy;
      const limit = retry?.timeout;
      const whole = [timeouts.request, timeouts.response].find(
        (one) =>
          one !== undefined && one.value > 0 && limit !== undefined && one.value <= limit.value,
      );
      if (limit === undefined || limit.value === 0 || whole === undefined) return [];
      return [
        {
          target,
          at: limit.place,
          also: [whole.place],
          message: `A try may take ${limit.value} ms, and the whole call ${whole.value} ms (${cite(whole.place)}): no try is repeated for being slow.`,
          fix: `${RETRY}timeout below ${whole.value}ms, such as ${Math.max(1, Math.floor(whole.value / 3))}ms.`,
        },
      ];
    });
  },
};
