import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readWorkloadControls } from '../workload.js';

export const statefulSet: Kind = {
  group: 'apps',
  kind: 'StatefulSet',
  read: readWorkloadControls,
  effect: 'restart',
  mergeKeys: podMergeKeys,
};
