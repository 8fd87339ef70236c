import type { Kind } from '../../../manifests/kind.js';
import { checkNetworks } from '../checks/networks.js';

export const networkAuthentication: Kind = {
  group: 'policy.linkerd.io',
  kind: 'NetworkAuthentication',
  schema: 'policy.linkerd.io/v1alpha1',
  check: checkNetworks,
};
