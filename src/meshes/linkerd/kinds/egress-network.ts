import type { Kind } from '../../../manifests/kind.js';

export const egressNetwork: Kind = {
  group: 'policy.linkerd.io',
  kind: 'EgressNetwork',
  schema: 'policy.linkerd.io/v1alpha1',
};
