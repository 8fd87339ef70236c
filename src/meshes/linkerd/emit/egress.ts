import type { Emitted } from '../../../model/context.js';
import type { MeshIntent } from '../../../model/mesh-emitter.js';

/** Hosts outside that the service reaches, where the whole namespace is held to them. */
export function egressWords({ settings }: MeshIntent): Emitted {
  return { limitsEgress: settings['egressScope'] === 'namespace' };
}
