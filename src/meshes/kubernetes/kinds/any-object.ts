import type { Kind } from '../../../manifests/kind.js';
import { checkMetadata } from '../checks/metadata.js';

export const anyObject: Kind = {
  group: '*',
  kind: '*',
  check: checkMetadata,
};
