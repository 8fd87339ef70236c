import type {
  AppRetriesControl,
  BreakerControl,
  CallControl,
  LoadControl,
  ServerControl,
} from './app-control.js';
import type { Value } from '../model/control.js';
import type { Control, ControlAt, ControlKey } from '../model/controls.js';
import type { Labels, RouteControl, TrafficPolicyControl } from '../model/mesh-control.js';
import type { WorkloadControl } from '../model/workload-control.js';
import { defaultRoute } from '../meshes/istio/effective/default-route.js';
import { selectPolicies, selectRoutes, type Consumer } from '../meshes/istio/effective/lookup.js';
import { isImported, sidecarFor } from '../meshes/istio/effective/sidecar-of.js';
import { replicasOf, serviceOf, workloadOf } from './workloads.js';

/** Calls to one host, seen from one namespace, with everything that acts on them. */
export type Flow = {
  /** The upstream's name, or the host. */
  readonly name: string;
  readonly host: string;
  readonly port: number | undefined;
  /** Where the calls come from: a sidecar, or a gateway at the edge. */
  readonly through: 'sidecar' | 'gateway';
  readonly namespace: string;
  /** Absent when no application is known that makes the calls. */
  readonly call: CallControl | undefined;
  readonly retries: AppRetriesControl | undefined;
  readonly breaker: BreakerControl | undefined;
  readonly load: LoadControl | undefined;
  /** Labels of the calling pods; undefined when nobody says. */
  readonly labels: Labels | undefined;
  /** Routes of the VirtualService that holds, in order; empty means Istio's own defaults. */
  readonly routes: readonly RouteControl[];
  /** What holds for calls that no route takes. */
  readonly defaultRoute: RouteControl;
  /** Levels of the DestinationRule that holds. */
  readonly policies: readonly TrafficPolicyControl[];
  /** The level that holds for the calls. */
  readonly policy: TrafficPolicyControl | undefined;
  /** Endpoints of the host; undefined when nobody says. */
  readonly replicas: Value<number> | undefined;
};

/** One declared call between services, for call paths. */
export type Hop = { readonly from: string; readonly to: string; readonly flow: Flow };

/** All controls of both layers, joined: what rules read. */
export type Composition = {
  readonly controls: readonly Control[];
  readonly flows: readonly Flow[];
  readonly hops: readonly Hop[];
  /** The service that scaffold.yaml declares. */
  readonly server: ServerControl | undefined;
  readonly workload: WorkloadControl | undefined;
  /** Placeholders are errors: the manifests are about to be applied. */
  readonly isDeployable: boolean;
  readonly all: <K extends ControlKey>(key: K) => readonly ControlAt<K>[];
};

/** Joins controls by what they act on. */
export function compose(
  controls: readonly Control[],
  options: { readonly isDeployable?: boolean } = {},
): Composition {
  const all = selectorOf(controls);
  const server = all('app/server')[0];
  const workload = server === undefined ? undefined : workloadOf(server.values.host, all);
  const called = all('app/call').map((call) => flowOfCall(call, workload, all));
  const flows = [...called, ...otherFlows(called, server, all)];
  const own = server?.values.host ?? '';
  const hops = called.map((flow) => ({ from: own, to: flow.host, flow }));
  return {
    controls,
    flows,
    hops,
    server,
    workload,
    isDeployable: options.isDeployable ?? false,
    all,
  };
}

/** What other services need of one: far less to keep for each service of a fleet. */
export function callsOf({ all, flows, hops, isDeployable }: Composition): Composition {
  const controls = all('app/call');
  return {
    controls,
    flows: flows.filter(({ call }) => call !== undefined),
    hops,
    server: undefined,
    workload: undefined,
    isDeployable,
    all: selectorOf(controls),
  };
}

export type Selector = Composition['all'];

function selectorOf(controls: readonly Control[]): Selector {
  const byKey = new Map<string, Control[]>();
  for (const control of controls) {
    const key = `${control.layer}/${control.kind}`;
    const group = byKey.get(key);
    if (group === undefined) byKey.set(key, [control]);
    else group.push(control);
  }
  return <K extends ControlKey>(key: K) =>
    (byKey.get(key) ?? []) as readonly Control[] as readonly ControlAt<K>[];
}

function flowOfCall(call: CallControl, workload: WorkloadControl | undefined, all: Selector): Flow {
  const { host, port, replicas } = call.values;
  const consumer = { namespace: call.namespace, labels: workload?.values.labels };
  const provided = replicasOf(host, all);
  return {
    ...meshOf(host, port, consumer, all),
    defaultRoute: defaultRoute(host, call, all),
    name: call.target,
    call,
    retries: all('app/retries').find(({ target }) => target === call.target),
    breaker: all('app/circuitBreaker').find(({ target }) => target === call.target),
    load: all('app/load').find(({ target }) => target === call.target),
    replicas: provided ?? replicas,
  };
}

/** Hosts that manifests have policy for in a namespace, and that no declared call names. */
function otherFlows(
  called: readonly Flow[],
  server: ServerControl | undefined,
  all: Selector,
): Flow[] {
  const declared = new Set(called.map(({ host }) => host));
  const seen = new Set<string>();
  const flows: Flow[] = [];
  const add = (host: string, where: RouteControl | TrafficPolicyControl): void => {
    const { namespace } = where;
    const key = `${namespace} ${host}`;
    if (declared.has(host) || seen.has(key) || isPattern(host)) return;
    seen.add(key);
    flows.push({
      ...meshOf(host, undefined, { namespace, labels: undefined }, all),
      ...nobody,
      defaultRoute: defaultRoute(host, where, all),
      name: host === server?.values.host ? server.target : host,
      replicas: replicasOf(host, all),
    });
  };
  for (const route of all('mesh/route')) {
    if (route.values.inMesh) for (const host of route.values.hosts) add(host, route);
  }
  for (const policy of all('mesh/trafficPolicy')) add(policy.values.host.value, policy);
  return [...flows, ...edgeFlows(all)];
}

const isPattern = (host: string): boolean => host.includes('*');
const nobody = { call: undefined, retries: undefined, breaker: undefined, load: undefined };

/**
 * Calls that no single host stands for: routes of gateways, of patterns, and those that another
 * VirtualService delegates to. One for each destination.
 */
function edgeFlows(all: Selector): Flow[] {
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
    const consumer = { namespace: first.namespace, labels: undefined };
    return [
      {
        ...withPolicies({ host, routes, consumer, port: undefined }, all),
        ...nobody,
        defaultRoute: defaultRoute(host, first, all),
        name: host,
        through: 'gateway' as const,
        replicas: replicasOf(host, all),
      },
    ];
  });
}

function meshOf(host: string, port: number | undefined, consumer: Consumer, all: Selector) {
  const imported = sidecarFor(consumer, all('mesh/egress'))?.values.hosts?.value;
  const known = all('mesh/route').filter(
    ({ namespace, values }) =>
      (imported === undefined || isImported({ namespace, host }, imported, consumer.namespace)) &&
      (port === undefined || values.port === undefined || values.port === port),
  );
  const routes = selectRoutes(host, consumer, known);
  return { ...withPolicies({ host, routes, consumer, port }, all), through: 'sidecar' as const };
}

function withPolicies(
  {
    host,
    routes,
    consumer,
    port,
  }: {
    readonly host: string;
    readonly routes: readonly RouteControl[];
    readonly consumer: Consumer;
    readonly port: number | undefined;
  },
  all: Selector,
) {
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
  return { host, port, ...consumer, routes, policies, policy };
}

/** The port of a Service that has one. */
function onlyPortOf(host: string, all: Selector): number | undefined {
  const ports = serviceOf(host, all)?.values.ports ?? [];
  return ports.length === 1 ? ports[0]?.number : undefined;
}
