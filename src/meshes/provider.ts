import type { MeshSource } from '../flow/mesh-source.js';
import type { RunningMesh } from './running-mesh.js';

/**
 * What a mesh does to calls; `src/meshes/<id>/provider.ts` exports one as `provider`. Its kinds, its rules, what it emits
 * (`emit.ts`, a `MeshEmitter`) and what it needs (`needs.ts`, `MeshNeeds`) are in files beside it, so that each part is
 * only loaded where it is asked. Nothing else in src names a mesh.
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
