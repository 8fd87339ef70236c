import { setValue, type Rule } from '../../../rules/rule.js';

export const noRetryBudget: Rule = {
  code: 'NO_RETRY_BUDGET',
  severity: 'info',
  layer: 'mesh',
  title: 'Retries of the mesh have no limit.',
  reads: ['mesh/route'],
  why: "Istio allows 2^32 − 1 parallel retries where Envoy's own default is 3 (cluster_traffic_policy.go). In an outage every request becomes 1 + attempts requests. retryBudget exists since 1.27 (measured).",
  fix: 'retryBudget: { percent: 20, minRetryConcurrency: 3 } in the DestinationRule.',
  check: ({ flows }) =>
    flows.flatMap(({ name, host, routes, policy }) => {
      const retried = routes.find(
        ({ values }) => values.attempts.basis !== 'default' && values.attempts.value > 0,
      );
      if (retried === undefined) return [];
      const { pool, retryBudget } = policy?.values ?? {};
      const isLimited = pool?.maxRetries.basis === 'written' && pool.maxRetries.value > 0;
      if (retryBudget !== undefined || isLimited) return [];
      const { place: at } = policy ?? retried.values.attempts;
      // A port has no retryBudget of its own, and one for all needs a DestinationRule that is there.
      const isEditable = policy !== undefined && policy.values.level !== 'port';
      const place = { ...at, at: [...(at.at ?? []), 'retryBudget'] };
      return [
        {
          target: name,
          at,
          also: policy === undefined ? [] : [retried.values.attempts.place],
          message: `The mesh repeats calls to ${name} (attempts: ${retried.values.attempts.value}), and nothing limits how many retries run at once.`,
          fix: `retryBudget: { percent: 20, minRetryConcurrency: 3 }${isEditable ? '' : ` in the trafficPolicy of a DestinationRule for ${host}`}`,
          edits: isEditable ? setValue({ place }, { percent: 20, minRetryConcurrency: 3 }) : [],
        },
      ];
    }),
};
