import type { FailureClass } from '../transports/transport.js';
import type { Flow } from './flow.js';
import type { RouteControl } from '../model/mesh-control.js';
import { pauseBound } from './pauses.js';

/** True when the mesh repeats a request that fails so. */
export function isRetriedByMesh({ values }: RouteControl, failure: FailureClass): boolean {
  return values.repeats.includes(failure);
}

/** True when the application repeats a request that fails so. */
export function isRetriedByApp(flow: Flow, failure: FailureClass): boolean {
  const { retries, transport } = flow;
  if (retries === undefined) return false;
  const seen = [shownAs(flow, failure), ...(failure === 'timeout' ? [lateAnswer(flow)] : [])];
  return seen.some((one) => transport.covers(retries.values.on.value, one, false));
}

/** A failure as the application sees it: the answer that its proxy makes of one without an answer, where it says which. */
export function shownAs(
  { shows, transport }: Pick<Flow, 'shows' | 'transport'>,
  failure: FailureClass,
): FailureClass {
  const status = shows?.[failure];
  const answer = transport.answers.find(
    (one) => status !== undefined && one.status === status && one.word === undefined,
  );
  return answer?.code ?? failure;
}

/** How a call looks to the application that a limit of the mesh has ended. */
export function lateAnswer(flow: Flow): FailureClass {
  const { lateWord = 'deadline-exceeded' } = flow.mesh.words;
  const answer = flow.transport.answers.find(({ word }) => word === lateWord);
  return answer?.code ?? shownAs(flow, 'timeout');
}

/** The shorter of per-try and route timeout when it cuts a try, ms; 0 means nothing does. */
export function tryTimeout({ values }: RouteControl): number {
  const { timeout, perTryTimeout } = values;
  if (Number.isNaN(perTryTimeout.value)) return Number.NaN;
  const isHeard =
    perTryTimeout.value > 0 && (timeout.value === 0 || perTryTimeout.value < timeout.value);
  return isHeard ? perTryTimeout.value : timeout.value;
}

/** Tries that a route really makes of a request that fails in a way; measured: 1 s, 400 ms a try, attempts 5 give 3. */
export function meshTries(route: RouteControl, failure: FailureClass): number {
  const { attempts, timeout } = route.values;
  if (attempts.value === 0 || !isRetriedByMesh(route, failure)) return 1;
  const allowed = 1 + attempts.value;
  const each = tryTimeout(route);
  if (failure !== 'timeout' || timeout.value === 0 || each === 0) return allowed;
  return Math.min(allowed, Math.ceil(timeout.value / each));
}

/** The longest that a route takes, back-off included, ms; Infinity without any limit. */
export function longestOfRoute(route: RouteControl): number {
  const { timeout, isLastTryOpen } = route.values;
  const limit = timeout.value === 0 ? Infinity : timeout.value;
  const each = tryTimeout(route);
  if (each === 0 || isLastTryOpen === true) return limit;
  const tries = meshTries(route, 'timeout');
  let pauses = 0;
  for (let k = 1; k < tries; k += 1) pauses += pauseBound(route.values, k);
  return Math.min(limit, tries * each + pauses);
}
