import type { MeshProvider } from '../provider.js';

/** Kinds and rules that hold under every mesh; nothing here acts on calls. */
export const provider: MeshProvider = { id: 'kubernetes' };
