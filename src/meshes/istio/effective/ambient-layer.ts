import type { MeshLayer } from '../../../flow/flow.js';
import type { Called, Consumer } from '../../../flow/mesh-source.js';
import { matchesHost, sharesNamespace } from '../../../flow/selection.js';
import type { Selector } from '../../../flow/selector.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { CallPath, NamedWaypoint } from './ambient.js';
import { defaultRoute } from './default-route.js';
import { isExported } from './lookup.js';
import { isOfGatewayApi } from './of-gateway-api.js';

type WaypointPath = Extract<CallPath, { readonly kind: 'waypoint' }>;
type ZtunnelPath = Extract<CallPath, { readonly kind: 'ztunnel' }>;

/**
 * The routes of a waypoint: of the namespaces of the Service and of the waypoint, all of them one after the other,
 * HTTPRoutes first. A match that asks for the caller's labels is dropped, and with its last match a route
 * (listener_waypoint.go).
 */
export function routesAtWaypoint(
  { service, waypoint }: WaypointPath,
  port: number | undefined,
  all: Selector,
): readonly RouteControl[] {
  return all('mesh/route')
    .filter(
      ({ namespace, values }) =>
        values.inMesh &&
        values.hosts.some((pattern) => matchesHost(pattern, service.values.host)) &&
        isExported(values.exportTo, namespace, waypoint.namespace) &&
        [service.namespace, waypoint.namespace].some((near) => sharesNamespace(near, namespace)) &&
        (port === undefined || values.port === undefined || values.port === port),
    )
    .flatMap(withoutSources)
    .sort((a, b) => Number(isOfGatewayApi(b)) - Number(isOfGatewayApi(a)));
}

function withoutSources(route: RouteControl): readonly RouteControl[] {
  const { matches } = route.values;
  const kept = matches.filter(({ sourceLabels }) => Object.keys(sourceLabels).length === 0);
  if (kept.length === matches.length) return [route];
  return kept.length === 0 ? [] : [{ ...route, values: { ...route.values, matches: kept } }];
}

/** As whom a waypoint looks for a DestinationRule. */
export function asConsumer({ name, namespace }: NamedWaypoint): Consumer {
  return { namespace, labels: { 'gateway.networking.k8s.io/gateway-name': name } };
}

/** The stations of a call through a waypoint, for people. */
export function stationsOf({ waypoint: { name, namespace } }: WaypointPath): readonly string[] {
  const at = namespace === undefined ? '' : ` of ${namespace}`;
  return ['ztunnel', `waypoint ${name}${at}`, 'ztunnel'];
}

/** Nothing reads requests: no routes, no retries, no limits. */
export function ztunnelLayer(called: Called, path: ZtunnelPath, all: Selector): MeshLayer {
  const place = { namespace: called.consumer.namespace, place: called.place };
  const route = defaultRoute(called.host, place, all);
  const attempts = { ...route.values.attempts, value: 0, basis: 'default' as const };
  return {
    routes: [],
    policies: [],
    policy: undefined,
    through: 'nothing',
    stations: path.isKnown
      ? ['ztunnel', 'ztunnel: nothing reads requests']
      : ['ztunnel', 'a waypoint, if the upstream has one', 'ztunnel'],
    defaultRoute: {
      ...route,
      values: { ...route.values, name: 'no route', attempts, repeats: [] },
    },
  };
}
