import type { Kind } from '../../../manifests/kind.js';
import { podMergeKeys } from '../pod-merge-keys.js';

export const replicaSet: Kind = {
  group: 'apps',
  kind: 'ReplicaSet',
  mergeKeys: podMergeKeys,
};
