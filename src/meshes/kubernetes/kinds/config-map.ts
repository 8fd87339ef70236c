import type { Kind } from '../../../manifests/kind.js';

export const configMap: Kind = {
  group: '',
  kind: 'ConfigMap',
  schema: 'v1',
  effect: 'restart',
  mergeKeys: {},
};
