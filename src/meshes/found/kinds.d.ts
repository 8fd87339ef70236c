import type { Kind } from '../../manifests/kind.js';

/** Every kind of `src/meshes/<mesh>/kinds`; scripts/find-parts.mjs makes the module. */
export const kinds: readonly Kind[];
