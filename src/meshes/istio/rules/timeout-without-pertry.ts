import { retriesTimeouts } from '../effective/retry-words.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const timeoutWithoutPertry: Rule = {
  code: 'TIMEOUT_WITHOUT_PERTRY',
  severity: 'warning',
  layer: 'mesh',
  title: 'Time-outs are to be repeated, and the first try may take the whole timeout.',
  reads: ['mesh/route'],
  why: "perTryTimeout defaults to the route's timeout, which includes all tries: the first one that hangs leaves no time for another (router_filter).",
  fix: 'Set perTryTimeout to a share of the timeout.',
  check: ({ all }) =>
    all('mesh/route').flatMap((route) => {
      const { timeout, perTryTimeout, attempts, retryOn } = route.values;
      if (timeout.value === 0 || perTryTimeout.value !== 0 || attempts.value === 0) return [];
      if (!retriesTimeouts(retryOn.value)) return [];
      const each = Math.max(1, Math.floor(timeout.value / (1 + attempts.value)));
      return [
        {
          target: route.target,
          at: timeout.place,
          also: [attempts.place],
          message: `Without perTryTimeout the first try may take all of the ${timeout.value} ms: none of the ${attempts.value} retries is left for an upstream that hangs.`,
          fix: `perTryTimeout: ${each}ms`,
          edits: setValue(perTryTimeout, `${each}ms`),
        },
      ];
    }),
};
