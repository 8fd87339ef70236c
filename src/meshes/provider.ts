import type { MeshSource } from '../flow/mesh-source.js';

/**
 * All that a mesh must tell beside its kinds and rules, which are found by their files. `src/meshes/<id>/provider.ts`
 * exports one as `provider`; nothing else in src names a mesh.
 */
export type MeshProvider = {
  readonly id: string;
  /** What composition rules, `explain` and `simulate` ask; absent for one that acts on no calls itself. */
  readonly source?: MeshSource;
};
