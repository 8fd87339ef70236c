import { upstreamPolicy } from '../../../model/coherent-policy.js';
import type { Emitted } from '../../../model/context.js';
import { formatDuration } from '../../../model/duration.js';
import type { MeshIntent } from '../../../model/mesh-emitter.js';
import { connections } from './connections.js';
import type { Waypoint } from './data-plane.js';
import { routeWords } from './traffic.js';

/** How far a route's timeout lies above the service's own, so that the service's answer is the one that callers get. */
const MARGIN = 50;

/**
 * What the ambient mesh is told of a service: who may connect, for ztunnel, and at a waypoint the service's own inbound
 * policy, which holds for all callers.
 */
export function ambientTraffic(
  { service, place, issuer, policy }: MeshIntent,
  waypoint: Waypoint | undefined,
): Emitted {
  return {
    ...(waypoint !== undefined && { waypoint }),
    // ztunnel is sent no policy with istio.io/dry-run, and older ones would carry it out.
    ...(!place.observed && {
      connections: connections(service, place, { issuer, ...(waypoint && { waypoint }) }),
    }),
    // Counted by each replica of the waypoint, for the callers together: what the fewest pods would take one by one.
    http1MaxPendingRequests: policy.maxPending * place.replicas,
    http2MaxRequests: policy.maxRequests * place.replicas,
    inbound: {
      timeout: formatDuration(inboundTimeout(policy.requestTimeout)),
      ...inboundRetries(policy.requestTimeout),
    },
  };
}

/** Of the route to the service itself, ms. */
export function inboundTimeout(requestTimeout: number): number {
  return requestTimeout + MARGIN;
}

/** Repeats of what reached no pod, which are safe for every method and whoever else repeats. */
function inboundRetries(requestTimeout: number) {
  const { attempts, retryOn, connectTimeout } = routeWords(
    upstreamPolicy({ timeout: requestTimeout, replicas: 2, stream: false }, undefined),
  );
  return { attempts, retryOn, connectTimeout };
}
