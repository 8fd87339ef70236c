import type { Transport } from '../transport.js';

/** Every `src/transports/<id>/transport.ts`; scripts/find-parts.mjs makes the module. */
export const transports: readonly Transport[];
