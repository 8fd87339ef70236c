import type { Kind } from '../../../manifests/kind.js';

export const httpLocalRateLimitPolicy: Kind = {
  group: 'policy.linkerd.io',
  kind: 'HTTPLocalRateLimitPolicy',
  schema: 'policy.linkerd.io/v1alpha1',
};
