import { withoutObject, type Place, type Value } from '../../../model/control.js';
import type { RouteControl, RouteRetries } from '../../../model/mesh-control.js';
import { repeatsOf } from './retry-words.js';
import { inheritRetries, istioRetries } from './route-retries.js';
import type { Selector } from '../../../flow/selector.js';

/** What MeshConfig says of routes without retries, and of calls without a route. */
export function retriesOfMesh(all: Selector): RouteRetries | undefined {
  return all('mesh/meshConfig').find(({ values }) => values.retries !== undefined)?.values.retries;
}

/**
 * What a sidecar does with calls to a host that has no route: MeshConfig's retries, otherwise Istio's own
 * (route.go, BuildDefaultHTTPOutboundRoute). It stands nowhere, and nothing in it can be edited.
 *
 * @param where the calls, or a policy for them
 */
export function defaultRoute(
  host: string,
  where: { readonly namespace: string | undefined; readonly place: Place },
  all: Selector,
): RouteControl {
  const place = withoutObject(where.place);
  const byDefault = <T>(value: T): Value<T> => ({ value, basis: 'default', place });
  const ofMesh = retriesOfMesh(all);
  const retries =
    ofMesh === undefined
      ? {
          attempts: byDefault<number>(istioRetries.attempts),
          perTryTimeout: byDefault<number>(istioRetries.perTryTimeout),
          retryOn: byDefault(istioRetries.retryOn),
          repeats: repeatsOf(istioRetries.retryOn),
          backoff: byDefault<number>(istioRetries.backoff),
        }
      : inheritRetries(ofMesh, place);
  return {
    layer: 'mesh',
    kind: 'route',
    target: host,
    namespace: where.namespace,
    place,
    values: {
      ...retries,
      hosts: [host],
      hostsPlace: byDefault([host]),
      port: undefined,
      inMesh: true,
      holder: '',
      exportTo: ['*'],
      name: 'default',
      matches: [],
      destinations: [],
      mirrors: [],
      timeout: byDefault(0),
      headers: byDefault([]),
    },
  };
}
