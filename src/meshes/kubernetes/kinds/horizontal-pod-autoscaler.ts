import type { Kind } from '../../../manifests/kind.js';
import { checkHorizontalPodAutoscaler } from '../checks/kubernetes.js';
import { readAutoscaler } from '../scale.js';

export const horizontalPodAutoscaler: Kind = {
  group: 'autoscaling',
  kind: 'HorizontalPodAutoscaler',
  schema: 'autoscaling/v2',
  check: checkHorizontalPodAutoscaler,
  read: (object) => [readAutoscaler(object)],
  effect: 'none',
  mergeKeys: {},
};
