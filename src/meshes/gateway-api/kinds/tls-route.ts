import type { Kind } from '../../../manifests/kind.js';

/** In the version that meshes of every age read. */
export const tlsRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'TLSRoute',
  schema: 'gateway.networking.k8s.io/v1alpha2',
  alsoServed: ['gateway.networking.k8s.io/v1alpha3', 'gateway.networking.k8s.io/v1'],
};
