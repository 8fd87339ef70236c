import type { Kind } from '../../../manifests/kind.js';
import { checkAuthorizationPolicy } from '../checks/authorization-policy.js';
import { readAuthorizationPolicy } from '../read/security.js';
import { readSelection } from '../read/selection.js';

export const authorizationPolicy: Kind = {
  group: 'security.istio.io',
  kind: 'AuthorizationPolicy',
  schema: 'security.istio.io/v1',
  alsoServed: ['security.istio.io/v1beta1'],
  check: checkAuthorizationPolicy,
  read: (object) => [readAuthorizationPolicy(object), readSelection(object)],
};
