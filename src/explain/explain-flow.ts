import { failuresOf, type CallFailure } from '../transports/transport.js';
import type { UnsaidControl } from '../model/mesh-emitter.js';
import type { Flow } from '../flow/flow.js';
import type { AccessRow } from './access.js';
import { casesOf } from './cases.js';
import { layersOf, type LayerRow, type UnknownRow } from './layers.js';
import type { ControlQuery } from '../flow/mesh-source.js';
import { unrepeatableRequest, usualRequest } from '../flow/reached.js';
import { walkCall, type Walk } from './walk-call.js';

/** One kind of call and failure, in words. */
export type Outcome = Walk & { readonly title: string };

/** Load on the upstream at a given rate of calls. */
export type Load = {
  /** Calls a second. */
  readonly rate: number;
  /** Requests a second at the upstream when every call fails in the worst way. */
  readonly worstRate: number;
  readonly failure: CallFailure;
  /** Calls in flight at once when the upstream hangs. */
  readonly inFlight: number;
};

export type ExplainedUpstream = {
  readonly name: string;
  readonly host: string;
  readonly url: string;
  readonly layers: readonly LayerRow[];
  /** What nobody has declared of code that was made by hand. */
  readonly unknown: readonly UnknownRow[];
  /** What the service asks for of calls, and its mesh cannot express. */
  readonly unsaid: readonly UnsaidControl[];
  readonly outcomes: readonly Outcome[];
  readonly worstCase: { readonly tries: number; readonly milliseconds: number };
  /** A request that may be repeated, to an upstream that hangs. */
  readonly timeline: Walk;
  /** Deadline of the call, ms; 0 means none. */
  readonly deadline: number;
  readonly queries: readonly ControlQuery[];
  readonly load: Load | undefined;
  /** What a caller gets for its token. */
  readonly access: readonly AccessRow[];
};

/**
 * What happens to one call to an upstream, at worst and in each case.
 *
 * @param known.queries that show its controls at work
 * @param known.unknown what nobody has declared of the code
 * @param known.unsaid what the mesh cannot express
 * @param known.rate calls a second, for the load in numbers
 */
export function explainFlow(
  flow: Flow,
  access: readonly AccessRow[],
  {
    rate,
    queries = [],
    unknown = [],
    unsaid = [],
  }: {
    readonly rate?: number | undefined;
    readonly queries?: readonly ControlQuery[];
    readonly unknown?: readonly UnknownRow[];
    readonly unsaid?: readonly UnsaidControl[];
  } = {},
): ExplainedUpstream {
  const outcomes = casesOf(flow).map(({ title, request, failure }) => ({
    ...walkCall(flow, request, failure),
    title,
  }));
  const read = usualRequest(flow);
  const write = unrepeatableRequest(flow) ?? read;
  const all = [...failuresOf(flow.transport), 'connect-timeout' as const].flatMap((failure) => [
    walkCall(flow, read, failure),
    walkCall(flow, write, failure),
  ]);
  const timeline = walkCall(flow, read, 'timeout');
  return {
    name: flow.name,
    host: flow.host,
    url: flow.call?.values.url.value ?? flow.host,
    layers: layersOf(flow, unknown),
    unknown,
    unsaid,
    outcomes,
    worstCase: {
      tries: Math.max(...all.map(({ requests }) => requests)),
      milliseconds: Math.max(...all.map(({ duration }) => duration)),
    },
    timeline,
    deadline: flow.call?.values.timeout.value ?? 0,
    queries,
    load: rate === undefined ? undefined : loadOf(all, timeline, rate),
    access,
  };
}

function loadOf(walks: readonly Walk[], timeline: Walk, rate: number): Load {
  const worst = walks.reduce((most, walk) => (walk.requests > most.requests ? walk : most));
  return {
    rate,
    worstRate: rate * worst.requests,
    failure: worst.failure,
    inFlight: (rate * timeline.duration) / 1_000,
  };
}
