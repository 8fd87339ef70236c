import type { Kind } from '../../../manifests/kind.js';
import { readGatewayRoute } from '../read-gateway-route.js';

export const httpRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  read: readGatewayRoute,
};
