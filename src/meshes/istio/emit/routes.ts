import type { Emitted } from '../../../model/context.js';
import type { MeshIntent, UpstreamIntent } from '../../../model/mesh-emitter.js';

/** What says how calls of a service are routed. */
export type RouteChoice = {
  readonly service: string;
  readonly namespace: string;
  readonly routes: 'virtual-service' | 'gateway-api';
};

/** The setting `routes`. */
export function routeChoice({ service, place, settings }: MeshIntent): RouteChoice {
  const routes = settings['routes'] === 'gateway-api' ? 'gateway-api' : 'virtual-service';
  return { service, namespace: place.namespace, routes };
}

/** True where an HTTPRoute for the upstream is ours to write: it holds for a namespace, not for a workload. */
export function hasHttpRoute(
  { upstream, policed }: UpstreamIntent,
  { routes }: Pick<RouteChoice, 'routes'>,
): boolean {
  return policed && routes === 'gateway-api' && upstream.namespaceRoute !== 'theirs';
}

/** True where a route for the upstream is written. */
export function hasRoute(intent: UpstreamIntent, choice: Pick<RouteChoice, 'routes'>): boolean {
  return choice.routes === 'gateway-api' ? hasHttpRoute(intent, choice) : intent.policed;
}

/**
 * The route for one upstream: of one kind or none.
 *
 * @param where.entry name of the ServiceEntry of a host outside
 * @param where.hasSidecar without one nothing carries out what a caller says of its calls
 */
export function upstreamRoute(
  intent: UpstreamIntent,
  choice: RouteChoice,
  where: { readonly entry: string; readonly hasSidecar: boolean },
): Emitted {
  const isRouted = intent.policed && where.hasSidecar;
  return {
    virtualService: isRouted && choice.routes === 'virtual-service',
    httpRoute: {
      isWritten: isRouted && hasHttpRoute(intent, choice),
      ...httpRouteWords(intent, { ...choice, entry: where.entry }),
    },
  };
}

/** A Service by its name and namespace; a host outside by the ServiceEntry for it. */
function httpRouteWords(
  { upstream: { address } }: UpstreamIntent,
  { namespace, entry }: RouteChoice & { readonly entry: string },
): Emitted {
  const { host, external } = address;
  if (external) {
    const group = 'networking.istio.io';
    return {
      everyClient: false,
      parent: { group, kind: 'ServiceEntry', namespace: '', name: entry },
      backend: { group, kind: 'Hostname', namespace: '', name: host },
    };
  }
  const name = host.split('.')[0] ?? host;
  const service = { group: '', kind: 'Service', namespace: address.namespace, name };
  return {
    everyClient: address.namespace === namespace,
    parent: service,
    backend: service,
  };
}
