import type { AppRetriesControl } from '../flow/app-control.js';
import type { Flow } from '../flow/composition.js';
import {
  isRetriedByApp,
  tryTimeout,
  visibleForm,
  type FailureClass,
} from '../flow/failure-class.js';
import { isOpaque, isRepeatable, routesFor, type RequestKind } from '../flow/reached.js';
import { routeTry, type MeshTry, type RouteTry } from './route-try.js';

/**
 * `overloaded`: the sidecar's own pool is full. `ejected`: it knows no healthy replica. Nothing leaves the
 * pod in either case. `connect-timeout`: nobody answers a connect, as when a node is gone.
 */
export type CallFailure = FailureClass | 'overloaded' | 'ejected' | 'connect-timeout';

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
  /** Status that the application's own caller gets. */
  readonly callerSees: number;
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
  return {
    failure,
    request,
    ...longest,
    // A call that has less to wait for may begin one more try before its deadline.
    requests: Math.max(longest.requests, typical.requests),
    typicalDuration: typical.duration,
    callerSees: callerStatus(failure, flow),
    repeatedBy: ownerOf(appTries, meshTries),
  };
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
  const { retries, call } = flow;
  const seen = classOf(failure);
  const mayRepeat =
    retries !== undefined &&
    failure !== 'overloaded' &&
    isRepeatable(request) &&
    (isOpaque(flow) ? isTransportRetried(retries, seen) : isRetriedByApp(retries, seen));
  const allowed = mayRepeat ? retries.values.tries.value : 1;
  const deadline = finite(call?.values.timeout.value ?? 0);
  const hasTries = retries !== undefined && retries.values.tries.value > 1 && isRepeatable(request);
  const limit = hasTries ? finite(retries.values.perTryTimeout.value) : deadline;
  const mesh = sidecarTry(flow, { request, failure, pauses });
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

/** What the sidecar makes of one try of the application. */
function sidecarTry(flow: Flow, { request, failure, pauses }: Course): RouteTry {
  if (failure === 'overloaded' || failure === 'ejected')
    return { tries: [], duration: 0, isCut: false };
  if (isOpaque(flow)) return opaqueTry(flow, failure);
  const route = routesFor(flow, request).at(-1) ?? flow.defaultRoute;
  const hang = tryTimeout(route);
  const connect = connectTimeoutOf(flow);
  // A limit of the whole try that is over before that of the connect is a time-out to the mesh.
  if (failure === 'timeout' || (failure === 'connect-timeout' && finite(hang) <= connect)) {
    return routeTry(route, { failure: 'timeout', length: finite(hang), pauses });
  }
  const length = failure === 'connect-timeout' ? connect : 0;
  return routeTry(route, { failure: classOf(failure), length, pauses });
}

/** Istio's connectTimeout, ms. */
const DEFAULT_CONNECT_TIMEOUT = 10_000;

function connectTimeoutOf({ policy }: Flow): number {
  return policy?.values.pool?.connectTimeout.value ?? DEFAULT_CONNECT_TIMEOUT;
}

function opaqueTry(flow: Flow, failure: CallFailure): RouteTry {
  const duration =
    failure === 'timeout' ? Infinity : failure === 'connect-timeout' ? connectTimeoutOf(flow) : 0;
  return { tries: [{ from: 0, to: duration }], duration, isCut: false };
}

/** Without the sidecar's statuses the application repeats what its own transport reports. */
function isTransportRetried({ values }: AppRetriesControl, failure: FailureClass): boolean {
  const words: Partial<Record<FailureClass, string>> = {
    'connect-failure': 'connect-error',
    'reset-before-request': 'reset',
  };
  return values.on.value.includes(words[failure] ?? failure);
}

/** How the failure looks to policies that repeat; those of the sidecar itself are a 503. */
function classOf(failure: CallFailure): FailureClass {
  if (failure === 'overloaded' || failure === 'ejected') return '503';
  return failure === 'connect-timeout' ? 'connect-failure' : failure;
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

/** What an adapter answers for a failed upstream: 503 and 429 as 503, time-outs as 504, the rest as 502. */
function callerStatus(failure: CallFailure, flow: Flow): number {
  if (isOpaque(flow) && !/^\d/.test(failure)) return failure === 'timeout' ? 504 : 502;
  const form = visibleForm(classOf(failure));
  if (form === '503' || form === '429') return 503;
  return form === '504' ? 504 : 502;
}

function ownerOf(app: number, mesh: number): Walk['repeatedBy'] {
  if (app > 1) return mesh > 1 ? 'both' : 'application';
  return mesh > 1 ? 'mesh' : 'nobody';
}

function finite(limit: number): number {
  return limit === 0 ? Infinity : limit;
}
