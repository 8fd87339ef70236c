import type { Kind } from '../../../manifests/kind.js';
import { readGatewayRoute } from '../read-gateway-route.js';

export const grpcRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'GRPCRoute',
  schema: 'gateway.networking.k8s.io/v1',
  read: readGatewayRoute,
};
