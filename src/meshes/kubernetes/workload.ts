import type { Value } from '../../model/control.js';
import type { MeshControl } from '../../model/controls.js';
import type { Labels } from '../../model/mesh-control.js';
import type {
  PodControl,
  PodValues,
  ProxyValues,
  WorkloadControl,
} from '../../model/workload-control.js';
import type { Node } from '../../manifests/yaml-node.js';
import { perWorld, type World } from '../../manifests/kind.js';
import { readDocuments } from '../../manifests/read-documents.js';
import {
  down,
  duration,
  entriesOf,
  exists,
  flag,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../manifests/cursor.js';
import { expandVariables } from './expand-variables.js';
import { readPodTracing } from './pod-tracing.js';
import { addsHooks, hasOwnTemplate } from './added-hooks.js';
import { endsProxy, mayDrain, readHooks, seconds } from './stopping.js';

const RESOURCES = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'];
const GRPC_FLAG = 'envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded';

/** What a workload depends on beside itself. */
type Surroundings = {
  /** Data of ConfigMaps by `namespace/name`, from which containers take variables. */
  readonly configMaps: ReadonlyMap<string, Cursor>;
  /** Labels of the namespaces that are among the manifests. */
  readonly namespaces: ReadonlyMap<string, Labels>;
  /** Something that completes pods adds hooks to them. */
  readonly addsHooks: boolean;
};

const surroundingsOf = perWorld(({ ofKind }): Surroundings => ({
  addsHooks: addsHooks(ofKind),
  configMaps: new Map(
    ofKind('', 'ConfigMap').map((cursor) => [
      `${namespaceOf(cursor) ?? ''}/${cursor.object.name}`,
      down(cursor, 'data'),
    ]),
  ),
  namespaces: new Map(
    ofKind('', 'Namespace').map((cursor) => [
      cursor.object.name,
      labelsOf(down(cursor, 'metadata', 'labels')),
    ]),
  ),
}));

/** A Deployment or its like, and the sampling that its pods set for themselves. */
export function readWorkloadControls(object: Cursor, world: World): MeshControl[] {
  // Pods of another object, as of a Rollout that refers to a Deployment, are read there.
  if (!exists(down(object, 'spec', 'template'))) return [];
  const workload = readWorkload(object, world);
  return [workload, ...readPodTracing(workload)];
}

function readWorkload(object: Cursor, world: World): WorkloadControl {
  const spec = down(object, 'spec');
  const template = down(spec, 'template');
  const isEverywhere = object.object.kind === 'DaemonSet';
  return {
    layer: 'mesh',
    kind: 'workload',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(down(template, 'spec')),
    values: {
      ...readPods(template, world),
      replicas: isEverywhere ? undefined : number(down(spec, 'replicas'), 1),
    },
  };
}

/**
 * Pods that no workload keeps: of a Job, or one by itself. Nothing for what another object has made.
 *
 * @param options.template where labels, annotations and `spec` of the pods are
 * @param options.isOnce they end by themselves
 */
export function readPod(
  object: Cursor,
  world: World,
  { template, isOnce }: { readonly template: Cursor; readonly isOnce: boolean },
): PodControl[] {
  if (exists(down(object, 'metadata', 'ownerReferences'))) return [];
  return [
    {
      layer: 'mesh',
      kind: 'pod',
      target: targetOf(object),
      namespace: namespaceOf(object),
      place: locate(down(template, 'spec')),
      values: {
        ...readPods(template, world),
        replicas: undefined,
        isOnce,
        endsProxy: endsProxy(template),
      },
    },
  ];
}

/** What a template says of its pods, with the variables of the application's container as they are set. */
function readPods(template: Cursor, world: World): Omit<PodValues, 'replicas'> {
  const { configMaps, namespaces, addsHooks } = surroundingsOf(world);
  const pod = down(template, 'spec');
  const annotations = down(template, 'metadata', 'annotations');
  const labels = labelsOf(down(template, 'metadata', 'labels'));
  const all = itemsOf(down(pod, 'containers'));
  const containers = all.filter((container) => !isProxy(container));
  const app = containers.find(isServing) ?? containers[0] ?? down(pod, 'containers', 0);
  const namespace = namespaceOf(template);
  const shared = (namespace === undefined ? undefined : namespaces.get(namespace)) ?? {};
  const mode = labels['istio.io/dataplane-mode'] ?? shared['istio.io/dataplane-mode'];
  const injection = injectionOf(labels, annotations, shared, mode);
  const variables = readVariables(app, namespace, configMaps);
  const native = text(down(annotations, 'sidecar.istio.io/nativeSidecar')).value;
  return {
    name: template.object.name,
    labels,
    serviceAccount: text(down(pod, 'serviceAccountName'), 'default'),
    // A gateway is a proxy alone: there is no application beside it.
    isInjected: containers.length > 0 && injection === 'yes',
    isLeftOut: injection === 'no',
    isAmbient: mode === 'ambient',
    isNative: native === '' ? undefined : native === 'true',
    gracePeriod: seconds(down(pod, 'terminationGracePeriodSeconds'), 30),
    ...readHooks(app, all, addsHooks || hasOwnTemplate(annotations)),
    mayDrain: mayDrain(containers, variables.variables),
    isPartial: all.every((container) => !exists(down(container, 'image'))),
    containerPorts: containers.flatMap(readPorts),
    excludedInboundPorts: readPortList(
      down(annotations, 'traffic.sidecar.istio.io/excludeInboundPorts'),
    ),
    // The user of a pod that is a proxy alone is the proxy's.
    runAsUsers: (containers.length === 0 ? [] : [pod, ...containers])
      .map((holder) => down(holder, 'securityContext', 'runAsUser'))
      .filter(exists)
      .map((at) => number(at, 0)),
    ...variables,
    probePorts: readProbePorts(app),
    grpcPorts: readProbePorts(app, ['grpc']),
    proxy: readProxy(annotations),
    metrics: {
      scrape: optional(down(annotations, 'prometheus.io/scrape'), text),
      port: optional(down(annotations, 'prometheus.io/port'), text),
      isMerged: flag(down(annotations, 'prometheus.istio.io/merge-metrics'), true),
    },
  };
}

/** The proxy's own container, in manifests that were injected by hand and in gateways. */
function isProxy(container: Cursor): boolean {
  return text(down(container, 'name')).value === 'istio-proxy';
}

function injectionOf(
  labels: Labels,
  annotations: Cursor,
  shared: Labels,
  mode: string | undefined,
): 'yes' | 'no' | 'unknown' {
  // The label comes before the annotation, which older manifests have.
  const asked =
    labels['sidecar.istio.io/inject'] ?? text(down(annotations, 'sidecar.istio.io/inject')).value;
  if (asked !== '') return asked === 'true' ? 'yes' : 'no';
  if (shared['istio-injection'] === 'disabled') return 'no';
  const isAsked =
    labels['istio.io/rev'] !== undefined ||
    shared['istio-injection'] === 'enabled' ||
    shared['istio.io/rev'] !== undefined ||
    // In the ambient mesh what is written for a sidecar asks for none.
    (mode !== 'ambient' &&
      entriesOf(annotations).some(([key]) =>
        /^(sidecar|proxy|traffic\.sidecar)\.istio\.io\//.test(key),
      ));
  return isAsked ? 'yes' : 'unknown';
}

/** What listens or is asked whether it is ready is the application, whatever runs beside it. */
function isServing(container: Cursor): boolean {
  return ['ports', 'readinessProbe'].some((key) => exists(down(container, key)));
}

function readPorts(container: Cursor): PodValues['containerPorts'] {
  return itemsOf(down(container, 'ports')).map((port) => ({
    number: number(down(port, 'containerPort'), 0).value,
    name: text(down(port, 'name')).value,
  }));
}

/** Ports of probes that go over the network; a port by name is that of the container. */
function readProbePorts(app: Cursor, kinds = ['httpGet', 'tcpSocket', 'grpc']): number[] {
  const named = new Map(readPorts(app).map((port) => [port.name, port.number]));
  const ports = ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe) =>
    kinds
      .map((kind) => down(app, probe, kind, 'port'))
      .filter(exists)
      .map((port) => named.get(text(port).value) ?? number(port, 0).value),
  );
  return [...new Set(ports)];
}

function readVariables(
  app: Cursor,
  namespace: string | undefined,
  configMaps: Surroundings['configMaps'],
) {
  const find = (name: string) =>
    configMaps.get(`${namespace ?? ''}/${name}`) ?? configMaps.get(`/${name}`);
  const variables = new Map<string, Value<string>>();
  let hasHiddenVariables = false;
  for (const source of itemsOf(down(app, 'envFrom'))) {
    const name = text(down(source, 'configMapRef', 'name')).value;
    const data = find(name);
    if (data === undefined) hasHiddenVariables = true;
    const prefix = text(down(source, 'prefix')).value;
    for (const [key, value] of data === undefined ? [] : entriesOf(data)) {
      variables.set(`${prefix}${key}`, text(value));
    }
  }
  for (const entry of itemsOf(down(app, 'env'))) {
    const name = text(down(entry, 'name')).value;
    const reference = down(entry, 'valueFrom', 'configMapKeyRef');
    const map = text(down(reference, 'name')).value;
    const data = find(map);
    const value = data && down(data, text(down(reference, 'key')).value);
    const written = down(entry, 'value');
    if (value !== undefined && exists(value)) variables.set(name, text(value));
    else if (exists(written)) variables.set(name, expanded(text(written), variables));
    else if (exists(down(entry, 'valueFrom'))) hasHiddenVariables = true;
  }
  return { variables, hasHiddenVariables };
}

function expanded(written: Value<string>, above: ReadonlyMap<string, Value<string>>) {
  return { ...written, value: expandVariables(written.value, (name) => above.get(name)?.value) };
}

/** What the proxy does, by its annotations; defaults of Istio 1.30. */
function readProxy(annotations: Cursor): ProxyValues {
  const config = readConfig(down(annotations, 'proxy.istio.io/config'));
  const metadata = down(config, 'proxyMetadata');
  const resources = RESOURCES.filter((name) =>
    exists(down(annotations, `sidecar.istio.io/${name}`)),
  );
  return {
    holdApplication: flag(down(config, 'holdApplicationUntilProxyStarts'), false),
    terminationDrain: duration(down(config, 'terminationDrainDuration'), 5_000),
    drain: duration(down(config, 'drainDuration'), 45_000),
    exitsOnZeroConnections: flag(down(metadata, 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS'), false),
    sampling: optional(down(config, 'tracing', 'sampling'), (at) => number(at, 1)),
    grpcTimeoutIsDeadline: flag(down(config, 'runtimeValues', GRPC_FLAG), false),
    rewritesProbes: flag(down(annotations, 'sidecar.istio.io/rewriteAppHTTPProbers'), true),
    resources: { value: resources, basis: 'written', place: locate(annotations) },
    excludedOutboundPorts: readPortList(
      down(annotations, 'traffic.sidecar.istio.io/excludeOutboundPorts'),
    ),
  };
}

function readPortList(annotation: Cursor): Value<readonly number[]> {
  const ports = text(annotation);
  const numbers = ports.value.split(',').filter((port) => port.trim() !== '');
  return { ...ports, value: numbers.map(Number) };
}

/** The annotation holds YAML of its own; its values have the place of the annotation. */
function readConfig(annotation: Cursor): Cursor {
  const yaml = text(annotation).value;
  const [root] = yaml === '' ? [] : readDocuments({ path: '', text: yaml }).documents;
  const move = (node: Node): Node => {
    const spot = annotation.spot;
    if (node.kind === 'map') {
      return {
        kind: 'map',
        spot,
        entries: new Map([...node.entries].map(([k, v]) => [k, move(v)])),
      };
    }
    return node.kind === 'list'
      ? { kind: 'list', spot, items: node.items.map(move) }
      : { ...node, spot };
  };
  return { ...annotation, node: root === undefined ? undefined : move(root) };
}
