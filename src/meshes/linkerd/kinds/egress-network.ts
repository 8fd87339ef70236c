import type { Kind } from '../../../manifests/kind.js';
import { checkNetworks } from '../checks/networks.js';

export const egressNetwork: Kind = {
  group: 'policy.linkerd.io',
  kind: 'EgressNetwork',
  schema: 'policy.linkerd.io/v1alpha1',
  check: checkNetworks,
};
