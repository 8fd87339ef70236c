import type { Flow, MeshLayer } from './flow.js';
import type { CallControl, ServerControl } from '../model/app-control.js';
import type { Control } from '../model/controls.js';
import type { MeshAuthenticationControl } from '../model/mesh-control.js';
import type { WorkloadControl } from '../model/workload-control.js';
import { appQueries } from './app-queries.js';
import {
  calledBy,
  type Admission,
  type Admittance,
  type Called,
  type ControlQuery,
  type Dialect,
  type MeshSource,
  type ProxyEnding,
} from './mesh-source.js';
import type { Transport } from '../transports/transport.js';
import { findScheme, transportNamed, usualTransport } from '../transports/transports.js';
import { selectorOf, type Selector } from './selector.js';
import { replicasOf, workloadOf } from './workloads.js';

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
  /** How the service is called. */
  readonly transport: Transport;
  /** Placeholders are errors: the manifests are about to be applied. */
  readonly isDeployable: boolean;
  readonly all: Selector;
  /** What only the mesh that acts on calls knows. */
  readonly meshes: {
    readonly say: (flow: Flow) => Dialect;
    readonly queries: (flow: Flow) => readonly ControlQuery[];
    readonly requiresToken: (control: MeshAuthenticationControl) => boolean;
    readonly saysDefaults: boolean;
    readonly hasProxy: (workload: WorkloadControl) => boolean | undefined;
    readonly endingOf: (workload: WorkloadControl) => ProxyEnding | undefined;
    readonly admissionOf: (asked: Admittance) => Admission | undefined;
    /** True for a mesh that the service, or its manifests, surely do not run in. */
    readonly isLeftOut: (id: string) => boolean;
  };
};

/**
 * Joins controls by what they act on.
 *
 * @param options.meshes that may act on calls; the first that says something of a call does
 */
export function compose(
  controls: readonly Control[],
  { meshes, isDeployable = false }: { meshes: readonly MeshSource[]; isDeployable?: boolean },
): Composition {
  const all = selectorOf(controls);
  const server = all('app/server')[0];
  const workload = server === undefined ? undefined : workloadOf(server.values.host, all);
  const join = { meshes, all };
  const called = all('app/call').map((call) => flowOfCall(call, workload, join));
  const flows = [...called, ...otherFlows(called, server, join)];
  const own = server?.values.host ?? '';
  const hops = called.map((flow) => ({ from: own, to: flow.host, flow }));
  return {
    controls,
    flows,
    hops,
    server,
    workload,
    transport: ownTransportOf(all),
    isDeployable,
    all,
    meshes: askMeshes(join),
  };
}

/** What other services need of one: far less to keep for each service of a fleet. */
export function callsOf({ all, flows, hops, isDeployable, meshes }: Composition): Composition {
  const controls = all('app/call');
  return {
    controls,
    flows: flows.filter(({ call }) => call !== undefined),
    hops,
    server: undefined,
    workload: undefined,
    transport: ownTransportOf(all),
    isDeployable,
    all: selectorOf(controls),
    meshes,
  };
}

type Join = { readonly meshes: readonly MeshSource[]; readonly all: Selector };

function askMeshes({ meshes, all }: Join): Composition['meshes'] {
  const meshOf = (flow: Flow): MeshSource => {
    const mesh = meshes.find(({ id }) => id === flow.mesh.id);
    if (mesh === undefined) throw new Error(`no mesh is called ${flow.mesh.id}`);
    return mesh;
  };
  /** The answer of the service's own mesh, or of the first that may act and has one. */
  const first = <T>(ask: (mesh: MeshSource) => T | undefined): T | undefined => {
    const own = ownMesh(all);
    const asked = own === '' ? candidates({ meshes, all }) : meshes.filter(({ id }) => id === own);
    return asked.map(ask).find((answer) => answer !== undefined);
  };
  return {
    say: (flow) => meshOf(flow).say,
    queries: (flow) => [...meshOf(flow).queries(flow), ...appQueries(flow)],
    requiresToken: (control) => meshes.some((mesh) => mesh.requiresToken(control, all)),
    saysDefaults: meshes.some((mesh) => mesh.saysDefaults(all)),
    hasProxy: (workload) => first((mesh) => mesh.hasProxy?.(workload, all)),
    endingOf: (workload) => first((mesh) => mesh.ending?.(workload, all)),
    admissionOf: (asked) => first((mesh) => mesh.admission?.(asked, all)),
    isLeftOut: (id) => {
      const own = ownMesh(all);
      if (own !== '') return own !== id;
      const isIn = (among: readonly MeshSource[]) => among.some((mesh) => mesh.id === id);
      return isIn(meshes) && !isIn(candidates({ meshes, all }));
    },
  };
}

/** The mesh that a service says it is for; empty where none does. */
function ownMesh(all: Selector): string {
  return all('app/meshIdentity')[0]?.values.mesh ?? '';
}

/** The meshes that may act: all of them, until something shows which are meant. */
function candidates({ meshes, all }: Join): readonly MeshSource[] {
  const isMeant = meshes.some((mesh) => mesh.isMeant?.(all) === true);
  return isMeant ? meshes.filter((mesh) => mesh.isMeant?.(all) !== false) : meshes;
}

/** The layer of the mesh whose objects act on calls, or of the one that is assumed where none do. */
function layerOf(
  called: Called,
  join: Join,
): { readonly mesh: Flow['mesh']; readonly layer: MeshLayer } {
  // Where a service says its mesh, another one is only asked where that has nothing to say.
  const { all } = join;
  const own = ownMesh(all);
  const inOrder = [...(own === '' ? candidates(join) : join.meshes)].sort(
    (a, b) => Number(b.id === own) - Number(a.id === own),
  );
  for (const mesh of inOrder) {
    const layer = mesh.layerOf(called, all);
    if (layer !== undefined) return { mesh: named(mesh), layer };
  }
  for (const mesh of inOrder) {
    const layer = mesh.assumedLayerOf?.(called, all);
    if (layer !== undefined) return { mesh: named(mesh), layer };
  }
  throw new Error('no mesh says what happens to a call that no mesh knows');
}

function named({ id, title, words }: MeshSource): Flow['mesh'] {
  return { id, title, words };
}

function flowOfCall(call: CallControl, workload: WorkloadControl | undefined, join: Join): Flow {
  const flow = flowTo(call.target, calledBy(call, workload?.values.labels), join);
  const carried = carriedBy(join.all, findScheme(call.values.scheme)?.transport, call);
  return { ...flow, ...carried, call, replicas: flow.replicas ?? call.values.replicas };
}

/**
 * Calls to one host as the meshes treat them, whether or not an application declares them.
 *
 * @param name which the application's controls have as their target
 */
export function flowTo(name: string, called: Called, join: Join): Flow {
  const { all } = join;
  const { mesh, layer } = layerOf(called, join);
  return {
    ...layer,
    ...carriedBy(all),
    mesh,
    host: called.host,
    port: called.port,
    ...called.consumer,
    name,
    call: undefined,
    retries: all('app/retries').find(({ target }) => target === name),
    breaker: all('app/circuitBreaker').find(({ target }) => target === name),
    load: all('app/load').find(({ target }) => target === name),
    replicas: replicasOf(called.host, all),
  };
}

/** How the service that scaffold.yaml declares is called. */
function ownTransportOf(all: Selector): Transport {
  const [server] = all('app/server');
  return server === undefined ? usualTransport : transportNamed(server.values.transport);
}

/**
 * @param transport of the calls, where they are declared
 * @param call whose declared methods are what it consists of
 */
function carriedBy(
  all: Selector,
  transport: Transport = usualTransport,
  call?: CallControl,
): Pick<Flow, 'transport' | 'ownTransport' | 'requests'> {
  const declared = call?.values.methods?.map(({ name, idempotent }) => ({
    method: name,
    headers: [],
    isRepeatable: idempotent,
  }));
  return {
    transport,
    ownTransport: ownTransportOf(all),
    requests: declared ?? transport.requests,
  };
}

/** Hosts that meshes have policy for, and that no declared call names. */
function otherFlows(
  called: readonly Flow[],
  server: ServerControl | undefined,
  join: Join,
): Flow[] {
  const { all } = join;
  const declared = new Set(called.map(({ host }) => host));
  return candidates(join).flatMap((mesh) =>
    mesh.furtherCalls(declared, all).map(({ host, consumer, layer }) => ({
      ...layer,
      ...carriedBy(all),
      mesh: named(mesh),
      host,
      port: undefined,
      ...consumer,
      ...nobody,
      name: layer.through !== 'gateway' && host === server?.values.host ? server.target : host,
      replicas: replicasOf(host, all),
    })),
  );
}

const nobody = { call: undefined, retries: undefined, breaker: undefined, load: undefined };
