import type { Kind } from '../../../manifests/kind.js';
import { checkPeerAuthentication } from '../checks/authentication.js';
import { readPeerAuthentication } from '../read/security.js';
import { readSelection } from '../read/selection.js';

export const peerAuthentication: Kind = {
  group: 'security.istio.io',
  kind: 'PeerAuthentication',
  schema: 'security.istio.io/v1',
  alsoServed: ['security.istio.io/v1beta1'],
  check: checkPeerAuthentication,
  read: (object) => [readPeerAuthentication(object), readSelection(object)],
};
