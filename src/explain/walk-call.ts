import type { Flow } from '../flow/flow.js';
import {
  classOf,
  type CallFailure,
  type FailureClass,
  type RequestKind,
} from '../transports/transport.js';
import { isRetriedByApp, lateAnswer, shownAs, tryTimeout } from '../flow/failure-class.js';
import { isOpaque, routesFor } from '../flow/reached.js';
import { routeTry, type MeshTry, type RouteTry } from './route-try.js';

export type Segment = {
  readonly kind: 'try' | 'pause';
  /** ms from the start of the call */
  readonly from: number;
  /** ms */
  readonly to: number;
  /** What ended a try. */
  readonly endedBy: 'answer' | 'mesh' | 'application' | 'deadline';
  /** What the sidecar makes of a try; ms from the start of the call. */
  readonly meshTries: readonly MeshTry[];
};

/** What happens to one call whose every try fails in one way. */
export type Walk = {
  readonly failure: CallFailure;
  readonly request: RequestKind;
  /** Tries that the application begins. */
  readonly appTries: number;
  /** Tries of the mesh for each of these, at most. */
  readonly meshTries: number;
  /** Requests (for connect failures: attempts to connect) at the upstream. */
  readonly requests: number;
  /** The longest until the application has its answer, back-off at its upper bound, ms; Infinity without a limit. */
  readonly duration: number;
  /** The same with pauses of average length, ms. */
  readonly typicalDuration: number;
  /** Status or code that the application's own caller gets. */
  readonly callerSees: number | string;
  readonly repeatedBy: 'application' | 'mesh' | 'both' | 'nobody';
  readonly segments: readonly Segment[];
};

/** Pauses of both layers are drawn evenly between nothing and their bound. */
const AVERAGE_PAUSE = 0.5;

/** Follows one call through both layers; every try fails, and nothing is left to chance. */
export function walkCall(flow: Flow, request: RequestKind, failure: CallFailure): Walk {
  const longest = follow(flow, { request, failure, pauses: 1 });
  const typical = follow(flow, { request, failure, pauses: AVERAGE_PAUSE });
  const { appTries, meshTries } = longest;
  const { transport, ownTransport } = flow;
  return {
    failure,
    request,
    ...longest,
    // A call that has less to wait for may begin one more try before its deadline.
    requests: Math.max(longest.requests, typical.requests),
    typicalDuration: typical.duration,
    callerSees:
      ownTransport.replies[transport.troubleOf(seenBy(flow, longest, failure), isOpaque(flow))],
    repeatedBy: ownerOf(appTries, meshTries),
  };
}

/** How the last try ends for the application: a limit of the mesh is an answer of its proxy. */
function seenBy(
  flow: Flow,
  { segments }: Pick<Walk, 'segments'>,
  failure: CallFailure,
): FailureClass {
  const last = segments.findLast(({ kind }) => kind === 'try');
  const isCut = last?.endedBy === 'mesh' && !isOpaque(flow);
  const seen = seenOf(flow, failure);
  return isCut && classOf(failure, flow.transport) === 'timeout' ? lateAnswer(flow) : seen;
}

type Course = {
  readonly request: RequestKind;
  readonly failure: CallFailure;
  /** Length of pauses as a share of their bound, 0 to 1. */
  readonly pauses: number;
};

function follow(
  flow: Flow,
  { request, failure, pauses }: Course,
): Pick<Walk, 'appTries' | 'meshTries' | 'requests' | 'duration' | 'segments'> {
  const { retries, call, transport } = flow;
  const mesh = sidecarTry(flow, { request, failure, pauses });
  const seen = seenOf(flow, failure);
  const mayRepeat =
    retries !== undefined &&
    failure !== 'overloaded' &&
    request.isRepeatable &&
    (transport.covers(retries.values.on.value, seen, isOpaque(flow)) ||
      (mesh.isCut && isRetriedByApp(flow, seen)));
  const allowed = mayRepeat ? retries.values.tries.value : 1;
  const deadline = finite(call?.values.timeout.value ?? 0);
  const hasTries = retries !== undefined && retries.values.tries.value > 1 && request.isRepeatable;
  const limit = hasTries ? finite(retries.values.perTryTimeout.value) : deadline;
  const segments: Segment[] = [];
  let [now, begun, requests] = [0, 0, 0];
  while (begun < allowed && (now < deadline || begun === 0)) {
    const start = now;
    const length = Math.min(mesh.duration, limit, deadline - now);
    const made = mesh.tries.filter(
      ({ from, to }, index) => index === 0 || from < length || to <= length,
    );
    begun += 1;
    requests += made.length;
    segments.push({
      kind: 'try',
      from: start,
      to: start + length,
      endedBy: endOf({ length, mesh, limit }),
      meshTries: made.map(({ from, to }) => ({
        from: start + from,
        to: start + Math.min(to, length),
      })),
    });
    now += length;
    if (begun === allowed || retries === undefined || !Number.isFinite(now)) break;
    const { backoffInitial, backoffMax } = retries.values;
    const pause = pauses * Math.min(backoffMax.value, backoffInitial.value * 2 ** (begun - 1));
    // A pause that leads past the deadline is not waited for.
    if (now + pause >= deadline) break;
    segments.push({ kind: 'pause', from: now, to: now + pause, endedBy: 'answer', meshTries: [] });
    now += pause;
  }
  return {
    appTries: begun,
    meshTries: Math.max(1, ...segments.map(({ meshTries }) => meshTries.length)),
    requests,
    duration: now,
    segments,
  };
}

/** What the application sees of a failure: a proxy that waited for a replica in vain calls that a time-out. */
export function seenOf(flow: Flow, failure: CallFailure): FailureClass {
  if (failure === 'ejected' && (flow.failFast?.value ?? 0) > 0) return 'timeout';
  const seen = classOf(failure, flow.transport);
  return isOpaque(flow) ? seen : shownAs(flow, seen);
}

/** What the sidecar makes of one try of the application. */
function sidecarTry(flow: Flow, { request, failure, pauses }: Course): RouteTry {
  if (failure === 'overloaded') return { tries: [], duration: 0, isCut: false };
  const route = routesFor(flow, request).at(-1) ?? flow.defaultRoute;
  if (failure === 'ejected') {
    const waits = flow.failFast?.value ?? 0;
    const duration = Math.min(waits, finite(route.values.timeout.value));
    return { tries: [], duration, isCut: waits > 0 };
  }
  if (isOpaque(flow)) return opaqueTry(flow, failure);
  const hang = tryTimeout(route);
  const connect = connectTimeoutOf(flow);
  // A limit of the whole try that is over before that of the connect is a time-out to the mesh.
  if (failure === 'timeout' || (failure === 'connect-timeout' && finite(hang) <= connect)) {
    return routeTry(route, { failure: 'timeout', length: finite(hang), pauses });
  }
  const length = failure === 'connect-timeout' ? connect : 0;
  return routeTry(route, { failure: classOf(failure, flow.transport), length, pauses });
}

/** Istio's connectTimeout, ms. */
export const DEFAULT_CONNECT_TIMEOUT = 10_000;

function connectTimeoutOf({ policy, connectTimeout }: Flow): number {
  return (
    policy?.values.pool?.connectTimeout.value ?? connectTimeout?.value ?? DEFAULT_CONNECT_TIMEOUT
  );
}

function opaqueTry(flow: Flow, failure: CallFailure): RouteTry {
  const duration =
    failure === 'timeout' ? Infinity : failure === 'connect-timeout' ? connectTimeoutOf(flow) : 0;
  return { tries: [{ from: 0, to: duration }], duration, isCut: false };
}

function endOf({
  length,
  mesh,
  limit,
}: {
  readonly length: number;
  readonly mesh: RouteTry;
  readonly limit: number;
}): Segment['endedBy'] {
  if (length === mesh.duration) return mesh.isCut ? 'mesh' : 'answer';
  return length === limit ? 'application' : 'deadline';
}

function ownerOf(app: number, mesh: number): Walk['repeatedBy'] {
  if (app > 1) return mesh > 1 ? 'both' : 'application';
  return mesh > 1 ? 'mesh' : 'nobody';
}

function finite(limit: number): number {
  return limit === 0 ? Infinity : limit;
}
