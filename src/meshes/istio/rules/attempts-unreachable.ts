import { retriesTimeouts } from '../effective/retry-words.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const attemptsUnreachable: Rule = {
  code: 'ATTEMPTS_UNREACHABLE',
  severity: 'warning',
  layer: 'mesh',
  title: "The route's timeout ends before all of its tries could be made.",
  reads: ['mesh/route'],
  why: 'The timeout includes every try and pause (router_filter). Measured: timeout 1 s, perTryTimeout 400 ms, attempts 5 gives 504 after 1.0 s and 3 tries, not 6.',
  fix: 'timeout ≥ (1 + attempts) · perTryTimeout plus pauses, or fewer attempts.',
  check: ({ all }) =>
    all('mesh/route').flatMap((route) => {
      const { timeout, perTryTimeout, attempts, retryOn } = route.values;
      const each = perTryTimeout.value;
      const isHeard = each > 0 && each < timeout.value;
      if (!isHeard || attempts.value === 0 || !retriesTimeouts(retryOn.value)) return [];
      const allowed = 1 + attempts.value;
      if (timeout.value >= allowed * each) return [];
      const real = Math.ceil(timeout.value / each);
      const reachable = Math.max(0, Math.floor(timeout.value / each) - 1);
      return [
        {
          target: route.target,
          at: attempts.place,
          also: [timeout.place, perTryTimeout.place],
          message: `${allowed} tries of ${each} ms need ${allowed * each} ms, and the timeout is ${timeout.value} ms: when the upstream hangs, ${real} are begun.`,
          fix: `timeout: ${allowed * each}ms or more, or attempts: ${reachable}.`,
          edits: reachable > 0 ? setValue(attempts, reachable) : [],
        },
      ];
    }),
};
