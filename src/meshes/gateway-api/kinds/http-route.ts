import type { Kind } from '../../../manifests/kind.js';
import { readGatewayRoute } from '../read-gateway-route.js';

export const httpRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  schema: 'gateway.networking.k8s.io/v1',
  alsoServed: ['gateway.networking.k8s.io/v1beta1'],
  read: readGatewayRoute,
};
