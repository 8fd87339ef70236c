import { withoutObject, type Place, type Value } from '../../../model/control.js';
import type { RouteRetries } from '../../../model/mesh-control.js';

/** What a sidecar does where nobody says (istio pilot/pkg/networking/core/route/retry/retry.go). */
export const istioRetries = {
  attempts: 2,
  retryOn: [
    'connect-failure',
    'refused-stream',
    'unavailable',
    'cancelled',
    'retriable-status-codes',
  ] as readonly string[],
  /** None but the route's own timeout. */
  perTryTimeout: 0,
  /** Envoy's first pause, ms. */
  backoff: 25,
} as const;

/**
 * The mesh's default, where something that would hold retries of its own holds none. A field alone cannot be
 * written there: a block replaces the default whole.
 */
export function inheritRetries(ofMesh: RouteRetries, absent: Place): RouteRetries {
  const place = withoutObject(absent);
  const inherit = <T>({ value, place: from }: Value<T>): Value<T> => ({
    value,
    basis: 'inherited',
    from,
    place,
  });
  const take = <T>(value: Value<T>): Value<T> =>
    value.basis === 'default' ? { ...value, place } : inherit(value);
  return {
    // Without attempts the block has none: that, too, is its doing.
    attempts: inherit(ofMesh.attempts),
    perTryTimeout: take(ofMesh.perTryTimeout),
    retryOn: take(ofMesh.retryOn),
    repeats: ofMesh.repeats,
    backoff: take(ofMesh.backoff),
  };
}
