import { cite, type Rule } from '../../../rules/rule.js';
import { FAIL_FAST } from '../effective/layer-of.js';
import { linkerdFlows } from '../written/annotated.js';

export const l5dAppBelowFailfast: Rule = {
  code: 'L5D_APP_BELOW_FAILFAST',
  severity: 'info',
  layer: 'both',
  title: 'The application gives up before the proxy says that no endpoint is left.',
  reads: ['app/call'],
  why: 'With every endpoint tripped a call waits up to 3 s for a probe and is then 504 (measured). An application whose try is shorter sees a time-out of its own instead, as if the upstream were slow; its breaker counts it all the same.',
  fix: 'Nothing, as long as time-outs are counted; a try above 3 s would tell the two apart.',
  check: (composition) =>
    linkerdFlows(composition).flatMap(({ name, call, retries, policy }) => {
      const outlier = policy?.values.outlier;
      if (call === undefined || outlier === undefined) return [];
      const repeats = retries !== undefined && retries.values.tries.value > 1;
      const limit = repeats ? retries.values.perTryTimeout : call.values.timeout;
      if (limit.value === 0 || limit.value >= FAIL_FAST) return [];
      return [
        {
          target: name,
          at: limit.place,
          also: [outlier.consecutive5xxErrors.place],
          message: `A try of ${limit.value} ms (${cite(limit.place)}) ends before the proxy's 504 after ${FAIL_FAST} ms: when every endpoint of ${name} is tripped the application sees time-outs.`,
          fix: 'Count time-outs in the breaker, as the generated one does.',
        },
      ];
    }),
};
