import type { MeshNeeds } from '../../model/mesh-needs.js';

/** What each mesh needs, from every `src/meshes/<mesh>/needs.ts`. */
export const needs: readonly MeshNeeds[];
