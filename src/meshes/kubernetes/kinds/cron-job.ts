import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';

export const cronJob: Kind = {
  group: 'batch',
  kind: 'CronJob',
  mergeKeys: podMergeKeys,
};
