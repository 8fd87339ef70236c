import type { Kind } from '../../../manifests/kind.js';
import { readSelection } from '../read/selection.js';

export const wasmPlugin: Kind = {
  group: 'extensions.istio.io',
  kind: 'WasmPlugin',
  schema: 'extensions.istio.io/v1alpha1',
  read: (object) => [readSelection(object)],
};
