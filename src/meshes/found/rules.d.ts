import type { Rule } from '../../rules/rule.js';

/** Every rule of `src/rules/*` and `src/meshes/<mesh>/rules`, by code; scripts/find-parts.mjs makes the module. */
export const rules: readonly Rule[];
