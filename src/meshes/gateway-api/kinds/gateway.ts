import type { Kind } from '../../../manifests/kind.js';
import { checkGateway } from '../checks/gateway.js';

export const gateway: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'Gateway',
  schema: 'gateway.networking.k8s.io/v1',
  alsoServed: ['gateway.networking.k8s.io/v1beta1'],
  check: checkGateway,
};
