import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';

export const job: Kind = {
  group: 'batch',
  kind: 'Job',
  mergeKeys: podMergeKeys,
};
