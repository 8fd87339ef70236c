import type { Kind } from '../../../manifests/kind.js';

export const secret: Kind = {
  group: '',
  kind: 'Secret',
  effect: 'restart',
  mergeKeys: {},
};
