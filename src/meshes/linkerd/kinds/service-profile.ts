import type { Kind } from '../../../manifests/kind.js';
import { readLinkerd } from '../read-linkerd.js';

export const serviceProfile: Kind = {
  group: 'linkerd.io',
  kind: 'ServiceProfile',
  read: readLinkerd,
};
