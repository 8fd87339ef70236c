import type { ControlOf } from './control.js';

/**
 * All objects that are checked together, as they are written: for rules about objects of one mesh, which know their
 * fields. There is one such control; only the reader of manifests makes it, and `meshes/world.ts` takes it out.
 */
export type ObjectsControl = ControlOf<'mesh', 'objects', { readonly world: object }>;
