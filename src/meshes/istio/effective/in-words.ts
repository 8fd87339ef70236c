import { isOfGatewayApi } from './of-gateway-api.js';
import type { Value } from '../../../model/control.js';
import type { Edit } from '../../../model/finding.js';
import type { Dialect } from '../../../flow/mesh-source.js';
import { cite, inheritedFrom, setValue } from '../../../rules/rule.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { Flow, MeshWords } from '../../../flow/flow.js';

/** What Istio calls what holds for all calls to a host. */
export const words: MeshWords = {
  maxRequests: 'http2MaxRequests',
  maxRetries: 'maxRetries',
  errorsInRow: 'consecutive5xxErrors',
  mostEjected: 'maxEjectionPercent',
  leastHealthy: 'minHealthPercent',
  retryOn: 'retryOn',
  perTryTimeout: 'perTryTimeout',
  tries: 'attempts',
  countsFirst: false,
  // Measured: a timeout of a route is grpc-status 14, with grpc-timeout or without.
  lateWord: 'unavailable',
};

/** Istio's words for what composition rules say. */
export const say: Dialect = {
  fields: fieldsOf,
  withoutRetries: (flow, route) => ({
    fix: withoutRetries(flow, route),
    edits: ownedByApp(route),
  }),
  retries: basisOf,
};

/** What the fields of a route are called where it stands. */
export function fieldsOf({ values }: RouteControl): {
  readonly timeout: string;
  readonly perTryTimeout: string;
} {
  return isOfGatewayApi({ values })
    ? { timeout: 'timeouts.request', perTryTimeout: 'timeouts.backendRequest' }
    : { timeout: 'timeout', perTryTimeout: 'perTryTimeout' };
}

/** How to end the retries of a route. */
export function withoutRetries(flow: Flow, route: RouteControl): string {
  if (route === flow.defaultRoute) return `attempts: 0 on a route for ${flow.host}`;
  if (!isOfGatewayApi(route)) return `attempts: 0 on route ${route.values.name}`;
  return `attempts: 0 in a VirtualService in place of ${route.target}, which cannot end retries`;
}

/** attempts 0 beside retryOn or perTryTimeout is refused by Istio's validation, so that the block is replaced. */
export function ownedByApp(route: RouteControl): Edit[] {
  const { place } = route;
  if (place.at === undefined) return [];
  return setValue({ place: { ...place, at: [...place.at, 'retries'] } }, { attempts: 0 });
}

function basisOf(attempts: Value<number>): string {
  if (attempts.basis === 'default') return `Istio's default of ${attempts.value} retries`;
  const from = inheritedFrom(attempts).map((place) => ` of defaultHttpRetryPolicy, ${cite(place)}`);
  return `attempts: ${attempts.value}${from.join('')}`;
}
