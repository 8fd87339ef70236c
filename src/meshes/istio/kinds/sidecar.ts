import type { Kind } from '../../../manifests/kind.js';
import { checkSidecar } from '../checks/sidecar.js';
import { readSidecar } from '../read/traffic.js';
import { readSelection } from '../read/selection.js';

export const sidecar: Kind = {
  group: 'networking.istio.io',
  kind: 'Sidecar',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkSidecar,
  read: (object) => [readSidecar(object), readSelection(object)],
};
