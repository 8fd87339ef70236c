import type { Kind } from '../../../manifests/kind.js';
import { checkDeploymentAnnotations } from '../checks/proxy-annotations.js';

/** Annotations by which pods configure their proxy. */
export const deployment: Kind = {
  group: 'apps',
  kind: 'Deployment',
  check: checkDeploymentAnnotations,
};
