import type { MeshEmitter } from '../../model/mesh-emitter.js';

/** Meshes that services can be generated for, from every `src/meshes/<mesh>/emit.ts`. */
export const emitters: readonly MeshEmitter[];
