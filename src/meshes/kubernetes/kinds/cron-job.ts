import { down } from '../../../manifests/cursor.js';
import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readPod } from '../workload.js';

export const cronJob: Kind = {
  group: 'batch',
  kind: 'CronJob',
  schema: 'batch/v1',
  read: (object, world) =>
    readPod(object, world, {
      template: down(object, 'spec', 'jobTemplate', 'spec', 'template'),
      isOnce: true,
    }),
  mergeKeys: podMergeKeys,
};
