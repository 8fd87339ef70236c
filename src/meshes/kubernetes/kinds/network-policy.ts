import type { Kind } from '../../../manifests/kind.js';
import { readNetworkPolicy } from '../read-network-policy.js';

export const networkPolicy: Kind = {
  group: 'networking.k8s.io',
  kind: 'NetworkPolicy',
  schema: 'networking.k8s.io/v1',
  read: (object) => [readNetworkPolicy(object)],
};
