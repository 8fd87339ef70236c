import type { Kind } from '../../../manifests/kind.js';
import { checkDryRun } from '../checks/dry-run.js';

export const anyObject: Kind = {
  group: '*',
  kind: '*',
  check: checkDryRun,
};
