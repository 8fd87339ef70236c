import type { Rule } from '../../../rules/rule.js';
import { RETRY, TIMEOUT } from '../read/annotations.js';
import { linkerdWorld } from '../written/annotated.js';
import { policiesIn } from '../effective/policies-in.js';

export const l5dLastTryUnbounded: Rule = {
  code: 'L5D_LAST_TRY_UNBOUNDED',
  severity: 'error',
  layer: 'mesh',
  title: 'Each try has a limit, the last one has none.',
  reads: ['mesh/objects'],
  why: 'retry.linkerd.io/timeout does not hold for the last try (measured: 300 ms, limit 2, an upstream that sleeps for 6 s: the client gave up at 5 s). Only a timeout of the whole call ends it.',
  fix: 'timeout.linkerd.io/request, or timeouts.request on the rule.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    return (world === undefined ? [] : policiesIn(world)).flatMap(({ target, policy }) => {
      const { retry, timeouts } = policy;
      const limit = retry?.timeout;
      if (limit === undefined || limit.value === 0) return [];
      if ([timeouts.request, timeouts.response].some((one) => one !== undefined && one.value !== 0))
        return [];
      return [
        {
          target,
          at: limit.place,
          message: `${RETRY}timeout: ${limit.value}ms ends every try but the last, and nothing limits the call: it may hang for good.`,
          fix: `${TIMEOUT}request above the tries together, such as ${(1 + (retry?.limit.value ?? 1)) * limit.value + 500}ms.`,
        },
      ];
    });
  },
};
