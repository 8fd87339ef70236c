import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readPod } from '../workload.js';

export const pod: Kind = {
  group: '',
  kind: 'Pod',
  schema: 'v1',
  read: (object, world) => readPod(object, world, { template: object, isOnce: false }),
  mergeKeys: podMergeKeys,
};
