import type { Kind } from '../../../manifests/kind.js';
import { readNamespace } from '../kubernetes.js';

export const namespace: Kind = {
  group: '',
  kind: 'Namespace',
  read: (object) => [readNamespace(object)],
};
