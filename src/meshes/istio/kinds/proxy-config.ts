import type { Kind } from '../../../manifests/kind.js';
import { readSelection } from '../read/selection.js';

export const proxyConfig: Kind = {
  group: 'networking.istio.io',
  kind: 'ProxyConfig',
  schema: 'networking.istio.io/v1beta1',
  read: (object) => [readSelection(object)],
};
