import type { Kind } from '../../../manifests/kind.js';
import { readReferringRollout } from '../scale.js';
import { readWorkloadControls } from '../workload.js';

/**
 * A Deployment of Argo Rollouts, or what scales one that it refers to; as a custom resource its lists are
 * replaced by patches.
 */
export const rollout: Kind = {
  group: 'argoproj.io',
  kind: 'Rollout',
  read: (object, world) => [
    ...readWorkloadControls(object, world),
    ...readReferringRollout(object),
  ],
};
