import type { Kind } from '../../../manifests/kind.js';
import { checkWorkload } from '../checks/kubernetes.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readWorkloadControls } from '../workload.js';

export const daemonSet: Kind = {
  group: 'apps',
  kind: 'DaemonSet',
  schema: 'apps/v1',
  check: checkWorkload,
  read: readWorkloadControls,
  effect: 'restart',
  mergeKeys: podMergeKeys,
};
