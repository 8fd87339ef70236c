import type { Kind } from '../../../manifests/kind.js';
import { readWorkloadControls } from '../workload.js';

/** A Deployment of Argo Rollouts; as a custom resource its lists are replaced by patches. */
export const rollout: Kind = {
  group: 'argoproj.io',
  kind: 'Rollout',
  read: readWorkloadControls,
};
