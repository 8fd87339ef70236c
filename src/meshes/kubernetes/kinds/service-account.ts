import type { Kind } from '../../../manifests/kind.js';

export const serviceAccount: Kind = {
  group: '',
  kind: 'ServiceAccount',
  schema: 'v1',
  effect: 'none',
  mergeKeys: { secrets: 'name', imagePullSecrets: 'name' },
};
