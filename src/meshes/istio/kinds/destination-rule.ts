import type { Kind } from '../../../manifests/kind.js';
import { checkDestinationRule } from '../checks/destination-rule.js';
import { readDestinationRule } from '../read/destination-rule.js';

export const destinationRule: Kind = {
  group: 'networking.istio.io',
  kind: 'DestinationRule',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkDestinationRule,
  read: readDestinationRule,
};
