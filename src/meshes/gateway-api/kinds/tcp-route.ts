import type { Kind } from '../../../manifests/kind.js';

/** In the version that meshes of every age read. */
export const tcpRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'TCPRoute',
  schema: 'gateway.networking.k8s.io/v1alpha2',
  alsoServed: ['gateway.networking.k8s.io/v1'],
};
