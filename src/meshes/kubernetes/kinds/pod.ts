import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';

export const pod: Kind = {
  group: '',
  kind: 'Pod',
  mergeKeys: podMergeKeys,
};
