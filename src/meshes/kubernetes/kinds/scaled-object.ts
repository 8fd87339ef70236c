import type { Kind } from '../../../manifests/kind.js';
import { readScaledObject } from '../scale.js';

/** KEDA's autoscaler. */
export const scaledObject: Kind = {
  group: 'keda.sh',
  kind: 'ScaledObject',
  read: (object) => [readScaledObject(object)],
  effect: 'none',
};
