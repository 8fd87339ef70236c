import type { Control } from '../model/controls.js';
import { compose as join, type Composition } from '../flow/composition.js';
import { providers } from '../meshes/found/providers.js';

const meshes = providers.flatMap(({ source }) => source ?? []);

/** Joins controls by what they act on, with every mesh that there is. */
export function compose(
  controls: readonly Control[],
  options: { readonly isDeployable?: boolean } = {},
): Composition {
  return join(controls, { ...options, meshes });
}
