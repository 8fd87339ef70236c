import type { Kind } from '../../../manifests/kind.js';
import { readLinkerd } from '../read-linkerd.js';

export const service: Kind = {
  group: '',
  kind: 'Service',
  read: readLinkerd,
};
