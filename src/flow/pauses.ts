import type { RouteRetries } from '../model/mesh-control.js';

type Pauses = {
  readonly backoff: Pick<RouteRetries['backoff'], 'value'>;
  readonly longestPause?: number | undefined;
};

/**
 * The most that a proxy waits before retry k, from 1 on, ms: Envoy min((2^k − 1)·base, 10·base), others twice what
 * doubles with each retry, up to their limit.
 */
export function pauseBound({ backoff: { value: base }, longestPause }: Pauses, k: number): number {
  return longestPause === undefined
    ? Math.min((2 ** k - 1) * base, 10 * base)
    : Math.min(2 ** k * base, longestPause);
}

/**
 * What a proxy waits before retry k, ms.
 *
 * @param share of what is left to chance, 0 to 1: Envoy draws all of the pause, others its second half
 */
export function pauseOf(pauses: Pauses, k: number, share: number): number {
  const bound = pauseBound(pauses, k);
  return pauses.longestPause === undefined ? bound * share : (bound / 2) * (1 + share);
}
