import type { Kind } from '../../../manifests/kind.js';
import { readLinkerd } from '../read-linkerd.js';

export const httpRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  read: readLinkerd,
};
