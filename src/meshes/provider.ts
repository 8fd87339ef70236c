import type { MeshSource } from '../flow/mesh-source.js';
import type { RunningMesh } from './running-mesh.js';

/**
 * All that a mesh must tell beside its kinds and rules, which are found by their files. `src/meshes/<id>/provider.ts`
 * exports one as `provider`; nothing else in src names a mesh.
 */
export type MeshProvider = {
  readonly id: string;
  /** As people write it, where its objects are worth counting. */
  readonly title?: string;
  /** API groups of its objects; those below them are meant too. */
  readonly apiGroups?: readonly string[];
  /** What it leaves in a cluster, for `check --live`. */
  readonly running?: RunningMesh;
  /** What composition rules, `explain` and `simulate` ask; absent for one that acts on no calls itself. */
  readonly source?: MeshSource;
};
