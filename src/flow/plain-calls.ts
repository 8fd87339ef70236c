import { transportNamed } from '../transports/transports.js';
import type { Composition, Hop } from './composition.js';
import type { Flow } from './flow.js';
import { selectorOf } from './selector.js';

type PlainFlow = Omit<Flow, 'transport' | 'ownTransport'> & {
  readonly transport: string;
  readonly ownTransport: string;
};

/** The calls of a service as data, without the functions that come with them: another thread can take them over. */
export type PlainCalls = Pick<Composition, 'controls' | 'isDeployable'> & {
  readonly hops: readonly (Omit<Hop, 'flow'> & { readonly flow: PlainFlow })[];
};

/** @param calls as `callsOf` gives them */
export function withoutFunctions({ controls, hops, isDeployable }: Composition): PlainCalls {
  return {
    controls,
    isDeployable,
    hops: hops.map(({ flow, ...hop }) => ({
      ...hop,
      flow: { ...flow, transport: flow.transport.id, ownTransport: flow.ownTransport.id },
    })),
  };
}

/**
 * What rules that span services read of one.
 *
 * @param nothing calls of a service that has none: of the meshes of this one no more is known here
 */
export function withFunctions(
  { controls, hops: plain, isDeployable }: PlainCalls,
  nothing: Composition,
): Composition {
  const hops = plain.map(({ flow, ...hop }) => ({
    ...hop,
    flow: {
      ...flow,
      transport: transportNamed(flow.transport),
      ownTransport: transportNamed(flow.ownTransport),
    },
  }));
  return {
    ...nothing,
    controls,
    isDeployable,
    hops,
    // The flows of declared calls are those of its hops.
    flows: hops.map(({ flow }) => flow),
    all: selectorOf(controls),
  };
}
