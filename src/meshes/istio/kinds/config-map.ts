import type { Kind } from '../../../manifests/kind.js';
import { readMeshConfig } from '../read/mesh-config.js';

/** The ConfigMap `istio` holds mesh-wide settings as text. */
export const configMap: Kind = {
  group: '',
  kind: 'ConfigMap',
  read: readMeshConfig,
};
