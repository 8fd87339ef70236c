import type { MeshProvider } from '../provider.js';

/** The provider of every mesh; scripts/find-parts.mjs makes the module. */
export const providers: readonly MeshProvider[];
