import type { Kind } from '../../../manifests/kind.js';
import { checkServiceEntry } from '../checks/service-entry.js';
import { readServiceEntry } from '../read/traffic.js';

export const serviceEntry: Kind = {
  group: 'networking.istio.io',
  kind: 'ServiceEntry',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkServiceEntry,
  read: (object) => [readServiceEntry(object)],
};
