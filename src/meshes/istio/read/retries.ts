import type { RouteRetries } from '../../../model/mesh-control.js';
import { repeatsOf } from '../effective/retry-words.js';
import { inheritRetries, istioRetries } from '../effective/route-retries.js';
import {
  down,
  duration,
  exists,
  locate,
  number,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';

/** A block of retries, with Istio's values for the fields that it leaves out (retry.go, ConvertPolicy). */
export function readRetries(retries: Cursor): RouteRetries {
  const retryOn = down(retries, 'retryOn');
  const written = text(retryOn).value;
  const words =
    written === '' ? istioRetries.retryOn : written.split(',').map((word) => word.trim());
  return {
    // A block without attempts has none: protobuf's zero.
    attempts: number(down(retries, 'attempts'), exists(retries) ? 0 : istioRetries.attempts),
    perTryTimeout: duration(down(retries, 'perTryTimeout'), istioRetries.perTryTimeout),
    backoff: duration(down(retries, 'backoff'), istioRetries.backoff),
    retryOn: {
      value: words,
      basis: written === '' ? 'default' : 'written',
      place: locate(retryOn),
    },
    repeats: repeatsOf(words),
  };
}

/** The retries of a route: its own block, or else the mesh's default whole (route.go, applyHTTPRouteDestination). */
export function readRouteRetries(retries: Cursor, ofMesh: RouteRetries | undefined): RouteRetries {
  if (ofMesh === undefined || exists(retries)) return readRetries(retries);
  return inheritRetries(ofMesh, locate(retries));
}
