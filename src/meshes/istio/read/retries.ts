import type { RouteRetries } from '../../../model/mesh-control.js';
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
  return {
    // A block without attempts has none: protobuf's zero.
    attempts: number(down(retries, 'attempts'), exists(retries) ? 0 : istioRetries.attempts),
    perTryTimeout: duration(down(retries, 'perTryTimeout'), istioRetries.perTryTimeout),
    backoff: duration(down(retries, 'backoff'), istioRetries.backoff),
    retryOn: {
      value: written === '' ? istioRetries.retryOn : written.split(',').map((word) => word.trim()),
      basis: written === '' ? 'default' : 'written',
      place: locate(retryOn),
    },
  };
}

/** The retries of a route: its own block, or else the mesh's default whole (route.go, applyHTTPRouteDestination). */
export function readRouteRetries(retries: Cursor, ofMesh: RouteRetries | undefined): RouteRetries {
  if (ofMesh === undefined || exists(retries)) return readRetries(retries);
  return inheritRetries(ofMesh, locate(retries));
}
