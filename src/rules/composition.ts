import type {
  AppRetriesControl,
  BreakerControl,
  CallControl,
  LoadControl,
  ServerControl,
} from '../model/app-control.js';
import type { Value } from '../model/control.js';
import { select, type Control, type ControlAt, type ControlKey } from '../model/controls.js';
import type { Labels, RouteControl, TrafficPolicyControl } from '../model/mesh-control.js';
import type { WorkloadControl } from '../model/workload-control.js';
import { selectPolicies, selectRoutes } from './lookup.js';
import { replicasOf, workloadOf } from './workloads.js';

/** Calls to one host, seen from one namespace, with everything that acts on them. */
export type Flow = {
  /** The upstream's name, or the host. */
  readonly name: string;
  readonly host: string;
  readonly port: number | undefined;
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
  options: { readonly isDeployable?: boolean; readonly hops?: readonly Hop[] } = {},
): Composition {
  const cache = new Map<ControlKey, readonly Control[]>();
  const all = <K extends ControlKey>(key: K): readonly ControlAt<K>[] => {
    const known = cache.get(key);
    if (known !== undefined) return known as readonly ControlAt<K>[];
    const selected = select(controls, key);
    cache.set(key, selected);
    return selected;
  };
  const server = all('app/server')[0];
  const workload = server === undefined ? undefined : workloadOf(server.values.host, all);
  const called = all('app/call').map((call) => flowOfCall(call, workload, all));
  const flows = [...called, ...otherFlows(called, server, all)];
  const own = server?.values.host ?? '';
  const hops = called.map((flow) => ({ from: own, to: flow.host, flow }));
  return {
    controls,
    flows,
    hops: options.hops ?? hops,
    server,
    workload,
    isDeployable: options.isDeployable ?? false,
    all,
  };
}

export type Selector = Composition['all'];

function flowOfCall(call: CallControl, workload: WorkloadControl | undefined, all: Selector): Flow {
  const { host, port, replicas } = call.values;
  const consumer = { namespace: call.namespace, labels: workload?.values.labels };
  const provided = replicasOf(host, all);
  return {
    ...meshOf(host, port, consumer, all),
    name: call.target,
    call,
    retries: all('app/retries').find(({ target }) => target === call.target),
    breaker: all('app/circuitBreaker').find(({ target }) => target === call.target),
    load: all('app/load').find(({ target }) => target === call.target),
    replicas: provided ?? replicas,
  };
}

/** Hosts that manifests have policy for, and that no declared call names. */
function otherFlows(
  called: readonly Flow[],
  server: ServerControl | undefined,
  all: Selector,
): Flow[] {
  const seen = new Set(called.map(({ host }) => host));
  const flows: Flow[] = [];
  const add = (host: string, namespace: string): void => {
    const isPattern = host.includes('*');
    if (seen.has(host) || isPattern) return;
    seen.add(host);
    flows.push({
      ...meshOf(host, undefined, { namespace, labels: undefined }, all),
      name: host === server?.values.host ? server.target : host,
      call: undefined,
      retries: undefined,
      breaker: undefined,
      load: undefined,
      replicas: replicasOf(host, all),
    });
  };
  for (const { namespace, values } of all('mesh/route')) {
    if (values.inMesh) for (const host of values.hosts) add(host, namespace);
  }
  for (const { namespace, values } of all('mesh/trafficPolicy')) add(values.host.value, namespace);
  return flows;
}

type Consumer = { readonly namespace: string; readonly labels: Labels | undefined };

function meshOf(host: string, port: number | undefined, consumer: Consumer, all: Selector) {
  const routes = selectRoutes(host, consumer, all('mesh/route'));
  const destination = routes[0]?.values.destinations[0]?.host.value ?? host;
  const policies = selectPolicies(destination, consumer, all('mesh/trafficPolicy'));
  const atPort = policies.find(({ values }) => values.level === 'port' && values.port === port);
  const base = policies.find(({ values }) => values.level === 'destination');
  return { host, port, ...consumer, routes, policies, policy: atPort ?? base };
}
