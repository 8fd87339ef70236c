import type { Kind } from '../../../manifests/kind.js';
import { checkAuthorizationPolicy } from '../checks/authorization-policy.js';

export const authorizationPolicy: Kind = {
  group: 'policy.linkerd.io',
  kind: 'AuthorizationPolicy',
  schema: 'policy.linkerd.io/v1alpha1',
  check: checkAuthorizationPolicy,
};
