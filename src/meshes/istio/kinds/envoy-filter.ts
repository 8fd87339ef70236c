import type { Kind } from '../../../manifests/kind.js';
import { readEnvoyFilter } from '../read/envoy-filter.js';
import { readSelection } from '../read/selection.js';

export const envoyFilter: Kind = {
  group: 'networking.istio.io',
  kind: 'EnvoyFilter',
  schema: 'networking.istio.io/v1alpha3',
  read: (object) => [...readEnvoyFilter(object), readSelection(object)],
};
