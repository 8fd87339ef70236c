import type { Kind } from '../../../manifests/kind.js';

export const server: Kind = {
  group: 'policy.linkerd.io',
  kind: 'Server',
  schema: 'policy.linkerd.io/v1beta3',
  alsoServed: [
    'policy.linkerd.io/v1beta2',
    'policy.linkerd.io/v1beta1',
    'policy.linkerd.io/v1alpha1',
  ],
};
