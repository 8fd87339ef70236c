import type { Kind } from '../../../manifests/kind.js';
import { checkPodDisruptionBudget } from '../checks/kubernetes.js';
import { readDisruptionBudget } from '../kubernetes.js';

export const podDisruptionBudget: Kind = {
  group: 'policy',
  kind: 'PodDisruptionBudget',
  schema: 'policy/v1',
  check: checkPodDisruptionBudget,
  read: readDisruptionBudget,
  effect: 'none',
  mergeKeys: {},
};
