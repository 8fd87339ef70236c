import type { RouteControl } from '../model/mesh-control.js';
import type { FailureClass } from '../transports/transport.js';
import { isRetriedByMesh } from '../flow/failure-class.js';
import { pauseOf } from '../flow/pauses.js';

/** One request that a sidecar sends; ms from when the application sent its own. */
export type MeshTry = { readonly from: number; readonly to: number };

/** What a sidecar makes of one try of the application. */
export type RouteTry = {
  /** At least one; a first try may never end. */
  readonly tries: readonly MeshTry[];
  /** ms until the application has its answer; Infinity when nothing ends it */
  readonly duration: number;
  /** A time limit of the mesh ended the last try. */
  readonly isCut: boolean;
};

/**
 * Plays one try through a route whose every request fails in one way.
 *
 * @param failing.length ms that one request takes to fail, its own limit considered
 * @param failing.pauses length of pauses as a share of their bound, 0 to 1
 */
export function routeTry(
  route: RouteControl,
  {
    failure,
    length,
    pauses,
  }: { readonly failure: FailureClass; readonly length: number; readonly pauses: number },
): RouteTry {
  const { values } = route;
  const limit = values.timeout.value === 0 ? Infinity : values.timeout.value;
  const allowed = isRetriedByMesh(route, failure) ? 1 + values.attempts.value : 1;
  // Only a limit of one try makes one of them shorter than the last.
  const isLastOpen = failure === 'timeout' && allowed > 1 && values.isLastTryOpen === true;
  const waits = Array.from({ length: allowed - 1 }, (_, index) =>
    pauseOf(values, index + 1, pauses),
  );
  // A pause may be next to nothing: tries that fit without pauses are made, and pauses shortened to what is left.
  const fitting = fittingTries(length, { allowed, limit });
  const wanted = waits.slice(0, fitting - 1).reduce((sum, wait) => sum + wait, 0);
  const room = limit - (fitting - 1) * length;
  const scale = wanted < room ? 1 : (0.9 * room) / wanted;
  const tries: MeshTry[] = [];
  let now = 0;
  for (let index = 0; index < fitting; index += 1) {
    const isOpen = isLastOpen && index === allowed - 1;
    const end = isOpen ? limit : Math.min(now + length, limit);
    tries.push({ from: now, to: end });
    now = end + (index < fitting - 1 ? (waits[index] ?? 0) * scale : 0);
  }
  return { tries, duration: now, isCut: failure === 'timeout' || now === limit };
}

function fittingTries(
  length: number,
  { allowed, limit }: { readonly allowed: number; readonly limit: number },
): number {
  if (length === 0) return allowed;
  // A try that never ends is the only one.
  if (!Number.isFinite(length)) return 1;
  return Math.min(allowed, Math.max(1, Math.ceil(limit / length)));
}
