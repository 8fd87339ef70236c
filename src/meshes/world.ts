import type { Composition } from '../flow/composition.js';
import type { World } from '../manifests/kind.js';

const nothing: World = { ofKind: () => [] };

/** The objects that are checked together, as they are written. What is computed of them once is `perWorld`. */
export function worldOf({ all }: Pick<Composition, 'all'>): World {
  // The layers that carry it cannot name its type; read-controls.ts alone makes it.
  return (all('mesh/objects')[0]?.values.world as World | undefined) ?? nothing;
}

/** True unless two namespaces surely differ: one that is not known may be any. */
export function mayBeSame(a: string, b: string): boolean {
  return a === '' || b === '' || a === b;
}
