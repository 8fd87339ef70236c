import type { RouteControl } from '../../../model/mesh-control.js';
import type { MeshLayer } from '../../../flow/flow.js';
import type { Called, Consumer, FurtherCall } from '../../../flow/mesh-source.js';
import type { Selector } from '../../../flow/selector.js';
import { serviceOf } from '../../../flow/workloads.js';
import { pathTo } from './ambient.js';
import { asConsumer, routesAtWaypoint, stationsOf, ztunnelLayer } from './ambient-layer.js';
import { defaultRoute, retriesOfMesh } from './default-route.js';
import { selectPolicies, selectRoutes } from './lookup.js';
import { isImported, sidecarFor } from './sidecar-of.js';

/** What sidecars do to calls, or what the ambient mesh does, and a DestinationRule for them. */
export function layerOf(called: Called, all: Selector): MeshLayer {
  const { host, port, consumer } = called;
  const path = pathTo(host, consumer, all);
  if (path.kind === 'ztunnel') return ztunnelLayer(called, path, all);
  if (path.kind === 'waypoint') {
    const at = { ...called, consumer: asConsumer(path.waypoint) };
    return {
      ...withPolicies(at, routesAtWaypoint(path, port, all), all),
      through: 'shared',
      stations: stationsOf(path),
      proxy: 'waypoint',
      defaultRoute: defaultRoute(host, placed(called), all),
    };
  }
  const imported = sidecarFor(consumer, all('mesh/egress'))?.values.hosts?.value;
  const known = all('mesh/route').filter(
    ({ namespace, values }) =>
      (imported === undefined || isImported({ namespace, host }, imported, consumer.namespace)) &&
      (port === undefined || values.port === undefined || values.port === port),
  );
  return {
    ...withPolicies(called, selectRoutes(host, consumer, known), all),
    through: 'sidecar',
    defaultRoute: defaultRoute(host, placed(called), all),
  };
}

/** MeshConfig says what calls without a route do. */
export function saysDefaults(all: Selector): boolean {
  return retriesOfMesh(all) !== undefined;
}

/** Hosts that manifests have policy for in a namespace, and that no declared call names. */
export function furtherCalls(declared: ReadonlySet<string>, all: Selector): readonly FurtherCall[] {
  const seen = new Set<string>();
  const found: FurtherCall[] = [];
  const add = (host: string, { namespace, place }: Pick<RouteControl, 'namespace' | 'place'>) => {
    const key = `${namespace} ${host}`;
    if (declared.has(host) || seen.has(key) || isPattern(host)) return;
    seen.add(key);
    const consumer: Consumer = { namespace, labels: undefined };
    const layer = layerOf({ host, port: undefined, consumer, place }, all);
    found.push({ host, consumer, layer });
  };
  for (const route of all('mesh/route')) {
    if (route.values.inMesh) for (const host of route.values.hosts) add(host, route);
  }
  for (const policy of all('mesh/trafficPolicy')) add(policy.values.host.value, policy);
  return [...found, ...edgeCalls(all)];
}

const isPattern = (host: string): boolean => host.includes('*');

/**
 * Calls that no single host stands for: routes of gateways, of patterns, and those that another
 * VirtualService delegates to. One for each destination.
 */
function edgeCalls(all: Selector): FurtherCall[] {
  const groups = new Map<string, RouteControl[]>();
  for (const route of all('mesh/route')) {
    const { inMesh, hosts, destinations } = route.values;
    const host = destinations[0]?.host.value;
    if (host === undefined || (inMesh && hosts.some((name) => !isPattern(name)))) continue;
    const key = `${route.namespace} ${route.target} ${host}`;
    groups.set(key, [...(groups.get(key) ?? []), route]);
  }
  return [...groups.values()].flatMap((routes) => {
    const [first] = routes;
    const destination = first?.values.destinations[0];
    if (first === undefined || destination === undefined) return [];
    const host = destination.host.value;
    const consumer: Consumer = { namespace: first.namespace, labels: undefined };
    const layer: MeshLayer = {
      ...withPolicies({ host, consumer, port: undefined }, routes, all),
      through: 'gateway',
      defaultRoute: defaultRoute(host, first, all),
    };
    return [{ host, consumer, layer }];
  });
}

function placed({ consumer, place }: Called): Pick<RouteControl, 'namespace' | 'place'> {
  return { namespace: consumer.namespace, place };
}

function withPolicies(
  { host, consumer, port }: Pick<Called, 'host' | 'consumer' | 'port'>,
  routes: readonly RouteControl[],
  all: Selector,
): Pick<MeshLayer, 'routes' | 'policies' | 'policy'> {
  const destination = routes[0]?.values.destinations[0];
  const meant = destination?.host.value ?? host;
  const policies = selectPolicies(meant, consumer, all('mesh/trafficPolicy'));
  const called = port ?? destination?.port ?? onlyPortOf(meant, all);
  const level = (name: 'destination' | 'port' | 'subset', subset?: string) =>
    policies.find(
      ({ values }) =>
        values.level === name &&
        values.subset === subset &&
        (name !== 'port' || values.port === called),
    );
  const subset = destination?.subset?.value;
  const ofSubset = subset === undefined ? undefined : level('subset', subset);
  const policy =
    (subset === undefined ? undefined : level('port', subset)) ??
    (ofSubset !== undefined && ofSubset.values.blocks.length > 0 ? ofSubset : undefined) ??
    level('port') ??
    level('destination');
  return { routes, policies, policy };
}

/** The port of a Service that has one. */
function onlyPortOf(host: string, all: Selector): number | undefined {
  const ports = serviceOf(host, all)?.values.ports ?? [];
  return ports.length === 1 ? ports[0]?.number : undefined;
}
