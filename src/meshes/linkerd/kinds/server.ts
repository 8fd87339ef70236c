import type { Kind } from '../../../manifests/kind.js';
import { checkServer } from '../checks/server.js';

export const server: Kind = {
  group: 'policy.linkerd.io',
  kind: 'Server',
  schema: 'policy.linkerd.io/v1beta3',
  alsoServed: [
    'policy.linkerd.io/v1beta2',
    'policy.linkerd.io/v1beta1',
    'policy.linkerd.io/v1alpha1',
  ],
  check: checkServer,
};
