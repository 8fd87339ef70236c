import type { Kind } from '../../../manifests/kind.js';
import { readKnativeService } from '../made-services.js';

/** Knative makes a Service of it, and pods that its own proxy drains. */
export const knativeService: Kind = {
  group: 'serving.knative.dev',
  kind: 'Service',
  read: (object) => [readKnativeService(object)],
};
