import type { Kind } from '../../../manifests/kind.js';
import { readCanary } from '../made-services.js';

/** Flagger makes Services and Deployments of it. */
export const canary: Kind = {
  group: 'flagger.app',
  kind: 'Canary',
  read: (object) => readCanary(object),
};
