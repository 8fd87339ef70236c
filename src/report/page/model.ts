import type { Flow } from '../../flow/flow.js';
import { transportNamed } from '../../transports/transports.js';
import type { Choice, UpstreamModel } from './parts.js';

/** What the tool writes into the page for the page's own script. */
export type PageModel = {
  readonly upstreams: readonly UpstreamModel[];
  readonly given: Pick<Choice, 'rate' | 'fault' | 'share' | 'seed'>;
};

/** A flow as data: transports are code, which the page has by their names. */
type WrittenFlow = Omit<Flow, 'transport' | 'ownTransport'> & {
  readonly transport: string;
  readonly ownTransport: string;
};
type WrittenModel = Omit<PageModel, 'upstreams'> & {
  readonly upstreams: readonly (Omit<UpstreamModel, 'flow'> & { readonly flow: WrittenFlow })[];
};

/** The model as JSON. */
export function writeModel({ upstreams, given }: PageModel): string {
  const written: WrittenModel = {
    upstreams: upstreams.map((model) => ({
      ...model,
      flow: {
        ...model.flow,
        transport: model.flow.transport.id,
        ownTransport: model.flow.ownTransport.id,
      },
    })),
    given,
  };
  return JSON.stringify(written);
}

/** @param text what `writeModel` wrote */
export function readModel(text: string): PageModel {
  const { upstreams, given } = JSON.parse(text) as WrittenModel;
  return {
    upstreams: upstreams.map((model) => ({
      ...model,
      flow: {
        ...model.flow,
        transport: transportNamed(model.flow.transport),
        ownTransport: transportNamed(model.flow.ownTransport),
      },
    })),
    given,
  };
}
