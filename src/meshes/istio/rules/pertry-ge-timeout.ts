import { fieldsOf } from '../effective/in-words.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const pertryGeTimeout: Rule = {
  code: 'PERTRY_GE_TIMEOUT',
  severity: 'error',
  layer: 'mesh',
  title: "perTryTimeout is not below the route's timeout, so that it is ignored.",
  reads: ['mesh/route'],
  why: "Envoy ignores a per-try timeout that is not below the route's (router_filter, x-envoy-upstream-rq-per-try-timeout-ms; measured: 500 ms under 1 s acts, 1 s under 500 ms does not). One hanging replica then takes the whole call.",
  fix: 'perTryTimeout ≤ (timeout − pauses) ÷ (1 + attempts), or a larger timeout.',
  check: ({ all }) =>
    all('mesh/route').flatMap((route) => {
      const { timeout, perTryTimeout, attempts, backoff } = route.values;
      if (timeout.value === 0 || perTryTimeout.value < timeout.value) return [];
      const fields = fieldsOf(route);
      const tries = 1 + attempts.value;
      const pauses = attempts.value * 10 * backoff.value;
      const fitting = Math.max(
        1,
        Math.floor(Math.max(timeout.value - pauses, timeout.value / 2) / tries),
      );
      return [
        {
          target: route.target,
          at: perTryTimeout.place,
          also: [timeout.place],
          message: `${fields.perTryTimeout} ${perTryTimeout.value} ms is not below ${fields.timeout} ${timeout.value} ms: Envoy ignores it, and the first try that hangs takes all of the ${timeout.value} ms.`,
          fix: `${fields.perTryTimeout}: ${fitting}ms, so that ${tries} tries fit.`,
          edits: setValue(perTryTimeout, `${fitting}ms`),
        },
      ];
    }),
};
