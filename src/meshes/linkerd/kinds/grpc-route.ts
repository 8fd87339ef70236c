import type { Kind } from '../../../manifests/kind.js';
import { readLinkerd } from '../read-linkerd.js';

export const grpcRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'GRPCRoute',
  read: readLinkerd,
};
