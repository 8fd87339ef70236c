import type { Kind } from '../../../manifests/kind.js';
import { checkRequestAuthentication } from '../checks/authentication.js';
import { readRequestAuthentication } from '../read/security.js';
import { readSelection } from '../read/selection.js';

export const requestAuthentication: Kind = {
  group: 'security.istio.io',
  kind: 'RequestAuthentication',
  schema: 'security.istio.io/v1',
  alsoServed: ['security.istio.io/v1beta1'],
  check: checkRequestAuthentication,
  read: (object) => [...readRequestAuthentication(object), readSelection(object)],
};
