import type { Kind } from '../../../manifests/kind.js';

export const referenceGrant: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'ReferenceGrant',
  schema: 'gateway.networking.k8s.io/v1',
  alsoServed: ['gateway.networking.k8s.io/v1beta1'],
};
