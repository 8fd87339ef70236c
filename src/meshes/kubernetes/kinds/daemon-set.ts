import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readWorkloadControls } from '../workload.js';

export const daemonSet: Kind = {
  group: 'apps',
  kind: 'DaemonSet',
  read: readWorkloadControls,
  effect: 'restart',
  mergeKeys: podMergeKeys,
};
