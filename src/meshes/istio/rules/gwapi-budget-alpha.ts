import { down, exists, locate, targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isMeant } from '../effective/is-meant.js';

export const gwapiBudgetAlpha: Rule = {
  code: 'GWAPI_BUDGET_ALPHA',
  severity: 'warning',
  layer: 'mesh',
  title: 'A retry budget is in an XBackendTrafficPolicy, which Istio reads only if it is told to.',
  reads: ['mesh/objects'],
  why: 'istiod makes retryBudget of an XBackendTrafficPolicy with PILOT_ENABLE_ALPHA_GATEWAY_API=true only, and reads minRetryRate, which is a rate, as a number of retries at once (backend_policies.go).',
  fix: 'trafficPolicy.retryBudget in a DestinationRule for the host.',
  check: ({ all }) => {
    const world = worldOf({ all });
    if (!isMeant(all)) return [];
    return world
      .ofKind('gateway.networking.x-k8s.io', 'XBackendTrafficPolicy')
      .flatMap((object) => {
        const budget = down(object, 'spec', 'retryConstraint');
        if (!exists(budget)) return [];
        return [
          {
            target: targetOf(object),
            at: locate(budget),
            message:
              'Without PILOT_ENABLE_ALPHA_GATEWAY_API=true in istiod this budget does nothing, and with it minRetryRate.count is a number of retries at once.',
            fix: 'retryBudget: { percent, minRetryConcurrency } in a DestinationRule.',
          },
        ];
      });
  },
};
