import type { Kind } from '../../../manifests/kind.js';
import { checkDeployment } from '../checks/kubernetes.js';
import { podMergeKeys } from '../pod-merge-keys.js';
import { readWorkloadControls } from '../workload.js';

export const deployment: Kind = {
  group: 'apps',
  kind: 'Deployment',
  schema: 'apps/v1',
  check: checkDeployment,
  read: readWorkloadControls,
  effect: 'restart',
  mergeKeys: podMergeKeys,
};
