import type { MeshVariant } from '../../model/mesh-variant.js';

/** Ways of running a service in a mesh, from every `src/meshes/<mesh>/variants`. */
export const variants: readonly MeshVariant[];
