import type { Kind } from '../../../manifests/kind.js';
import { readSelection } from '../read/selection.js';

export const proxyConfig: Kind = {
  group: 'networking.istio.io',
  kind: 'ProxyConfig',
  read: (object) => [readSelection(object)],
};
