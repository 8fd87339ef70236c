import type { Kind } from '../../../manifests/kind.js';

export const authorizationPolicy: Kind = {
  group: 'policy.linkerd.io',
  kind: 'AuthorizationPolicy',
  schema: 'policy.linkerd.io/v1alpha1',
};
