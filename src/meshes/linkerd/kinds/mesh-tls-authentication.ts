import type { Kind } from '../../../manifests/kind.js';

export const meshTlsAuthentication: Kind = {
  group: 'policy.linkerd.io',
  kind: 'MeshTLSAuthentication',
  schema: 'policy.linkerd.io/v1alpha1',
};
