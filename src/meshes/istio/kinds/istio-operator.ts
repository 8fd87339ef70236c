import type { Kind } from '../../../manifests/kind.js';
import { readMeshConfig } from '../read/mesh-config.js';

/** Mesh-wide settings where istioctl or the operator installed the mesh. */
export const istioOperator: Kind = {
  group: 'install.istio.io',
  kind: 'IstioOperator',
  read: readMeshConfig,
};
