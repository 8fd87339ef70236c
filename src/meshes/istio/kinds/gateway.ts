import type { Kind } from '../../../manifests/kind.js';
import { checkGateway } from '../checks/gateway.js';

export const gateway: Kind = {
  group: 'networking.istio.io',
  kind: 'Gateway',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkGateway,
};
