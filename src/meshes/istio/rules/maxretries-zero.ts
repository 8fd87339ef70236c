import { removeValue, type Rule } from '../../../rules/rule.js';

export const maxretriesZero: Rule = {
  code: 'MAXRETRIES_ZERO',
  severity: 'error',
  layer: 'mesh',
  title: 'maxRetries: 0 does not switch retries off.',
  reads: ['mesh/trafficPolicy'],
  why: 'Istio reads 0 as unset, which is 2^32 − 1 parallel retries (cluster_traffic_policy.go: "FIXME zero is valid").',
  fix: 'retries: { attempts: 0 } on the routes, and a retryBudget as a limit.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, values: { pool } }) => {
      const limit = pool?.maxRetries;
      if (limit?.basis !== 'written' || limit.value !== 0) return [];
      return [
        {
          target,
          at: limit.place,
          message: 'maxRetries: 0 is read as unset: any number of retries may run at once.',
          fix: 'Drop maxRetries; write attempts: 0 on the routes, or retryBudget: { percent: 20, minRetryConcurrency: 3 }.',
          edits: removeValue(limit),
        },
      ];
    }),
};
