import type { RouteControl } from '../../model/mesh-control.js';
import type { Flow } from '../../rules/composition.js';
import {
  isRetriedByApp,
  isRetriedByMesh,
  longestOfRoute,
  meshTries,
  tryTimeout,
  visibleForm,
  type FailureClass,
} from '../../rules/failure-class.js';
import { isRepeatable, routesFor, type RequestKind } from '../../rules/reached.js';
import { DEFAULT_ATTEMPTS, DEFAULT_RETRY_ON } from '../controls/virtual-service.js';

/** Envoy's first pause, ms. */
const BASE_PAUSE = 25;

/** `overloaded`: the sidecar's own pool is full, so that nothing leaves the pod. */
export type CallFailure = FailureClass | 'overloaded';

export type Segment = {
  readonly kind: 'try' | 'pause';
  /** ms from the start of the call */
  readonly from: number;
  /** ms */
  readonly to: number;
  /** What ended a try. */
  readonly endedBy: 'answer' | 'mesh' | 'application' | 'deadline';
};

/** What happens to one call whose every try fails in one way. */
export type Walk = {
  readonly failure: CallFailure;
  readonly request: RequestKind;
  /** Tries that the application begins. */
  readonly appTries: number;
  /** Tries of the mesh for each of these. */
  readonly meshTries: number;
  /** Requests (for connect failures: attempts to connect) at the upstream. */
  readonly requests: number;
  /** The longest until the application has its answer, back-off at its upper bound, ms; Infinity without a limit. */
  readonly duration: number;
  /** Status that the application's own caller gets. */
  readonly callerSees: number;
  readonly repeatedBy: 'application' | 'mesh' | 'both' | 'nobody';
  readonly segments: readonly Segment[];
};

/** Follows one call through both layers; the worst case, without chance. */
export function walkCall(flow: Flow, request: RequestKind, failure: CallFailure): Walk {
  if (failure === 'overloaded') return shed(request);
  const route = routesFor(flow, request).at(-1);
  const mesh = meshPart(route, failure);
  const { retries, call } = flow;
  const mayRepeat =
    retries !== undefined && isRepeatable(request) && isRetriedByApp(retries, failure);
  const allowed = mayRepeat ? retries.values.tries.value : 1;
  const deadline = finite(call?.values.timeout.value ?? 0);
  const hasTries = retries !== undefined && retries.values.tries.value > 1 && isRepeatable(request);
  const limit = hasTries ? finite(retries.values.perTryTimeout.value) : deadline;
  const segments: Segment[] = [];
  let [now, begun, requests] = [0, 0, 0];
  while (begun < allowed && (now < deadline || begun === 0)) {
    const left = deadline - now;
    const length = Math.min(mesh.duration, limit, left);
    begun += 1;
    requests += mesh.triesWithin(length);
    segments.push({
      kind: 'try',
      from: now,
      to: now + length,
      endedBy: endOf(failure, { length, mesh: mesh.duration, limit }),
    });
    now += length;
    if (begun === allowed || retries === undefined || !Number.isFinite(now)) break;
    const { backoffInitial, backoffMax } = retries.values;
    const pause = Math.min(backoffMax.value, backoffInitial.value * 2 ** (begun - 1));
    // A pause that leads past the deadline is not waited for.
    if (now + pause >= deadline) break;
    segments.push({ kind: 'pause', from: now, to: now + pause, endedBy: 'answer' });
    now += pause;
  }
  return {
    failure,
    request,
    appTries: begun,
    meshTries: mesh.tries,
    requests,
    duration: now,
    callerSees: callerStatus(failure),
    repeatedBy: ownerOf(begun, mesh.tries),
    segments,
  };
}

function shed(request: RequestKind): Walk {
  return {
    failure: 'overloaded',
    request,
    appTries: 1,
    meshTries: 1,
    requests: 0,
    duration: 0,
    callerSees: 503,
    repeatedBy: 'nobody',
    segments: [{ kind: 'try', from: 0, to: 0, endedBy: 'answer' }],
  };
}

/** What the sidecar makes of one try of the application. */
function meshPart(route: RouteControl | undefined, failure: FailureClass) {
  const tries =
    route !== undefined
      ? meshTries(route, failure)
      : isRetriedByMesh(DEFAULT_RETRY_ON, failure)
        ? 1 + DEFAULT_ATTEMPTS
        : 1;
  if (failure === 'timeout') {
    const each = route === undefined ? 0 : tryTimeout(route);
    const duration = route === undefined ? Infinity : longestOfRoute(route);
    const triesWithin = (length: number) =>
      each === 0 ? 1 : Math.min(tries, Math.max(1, Math.ceil(length / each)));
    return { tries, duration, triesWithin };
  }
  const base = route?.values.backoff.value ?? BASE_PAUSE;
  let duration = 0;
  for (let k = 1; k < tries; k += 1) duration += Math.min((2 ** k - 1) * base, 10 * base);
  return { tries, duration, triesWithin: () => tries };
}

function endOf(
  failure: FailureClass,
  {
    length,
    mesh,
    limit,
  }: { readonly length: number; readonly mesh: number; readonly limit: number },
): Segment['endedBy'] {
  if (failure !== 'timeout') return 'answer';
  if (length === mesh) return 'mesh';
  return length === limit ? 'application' : 'deadline';
}

/** What an adapter answers for a failed upstream: 503 and 429 as 503, time-outs as 504, the rest as 502. */
function callerStatus(failure: FailureClass): number {
  const form = visibleForm(failure);
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
