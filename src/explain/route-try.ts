import type { RouteControl } from '../model/mesh-control.js';
import type { FailureClass } from '../transports/transport.js';
import { isRetriedByMesh } from '../flow/failure-class.js';

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
  const base = values.backoff.value;
  const limit = values.timeout.value === 0 ? Infinity : values.timeout.value;
  const allowed = isRetriedByMesh(route, failure) ? 1 + values.attempts.value : 1;
  const bounds = Array.from({ length: allowed - 1 }, (_, index) =>
    Math.min((2 ** (index + 1) - 1) * base, 10 * base),
  );
  // A pause may be next to nothing: tries that fit without pauses are made, and pauses shortened to what is left.
  const fitting = fittingTries(length, { allowed, limit });
  const wanted = bounds.slice(0, fitting - 1).reduce((sum, bound) => sum + bound * pauses, 0);
  const room = limit - (fitting - 1) * length;
  const scale = wanted < room ? 1 : (0.9 * room) / wanted;
  const tries: MeshTry[] = [];
  let now = 0;
  for (let index = 0; index < fitting; index += 1) {
    const end = Math.min(now + length, limit);
    tries.push({ from: now, to: end });
    now = end + (index < fitting - 1 ? (bounds[index] ?? 0) * pauses * scale : 0);
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
