import type { Control } from '../model/controls.js';
import { compose as join, flowTo, type Composition } from '../flow/composition.js';
import type { Flow } from '../flow/flow.js';
import type { Called } from '../flow/mesh-source.js';
import { providers } from '../meshes/found/providers.js';

const meshes = providers.flatMap(({ source }) => source ?? []);

/** Joins controls by what they act on, with every mesh that there is. */
export function compose(
  controls: readonly Control[],
  options: { readonly isDeployable?: boolean } = {},
): Composition {
  return join(controls, { ...options, meshes });
}

/** One call that no scaffold.yaml declares, by its host. */
export function composeCall(called: Called, { all }: Pick<Composition, 'all'>): Flow {
  const flow = flowTo(called.host, called, { meshes, all });
  return { ...flow, call: all('app/call').find(({ target }) => target === called.host) };
}
