import type { Value } from '../../model/control.js';
import type { MeshControl } from '../../model/controls.js';
import type { Labels, MeshTracingControl } from '../../model/mesh-control.js';
import type { ProxyValues, WorkloadControl } from '../../model/workload-control.js';
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

const RESOURCES = ['proxyCPU', 'proxyMemory', 'proxyCPULimit', 'proxyMemoryLimit'];
const GRPC_FLAG = 'envoy.reloadable_features.grpc_timeout_returns_deadline_exceeded';

/** What a workload depends on beside itself. */
type Surroundings = {
  /** Data of ConfigMaps by `namespace/name`, from which containers take variables. */
  readonly configMaps: ReadonlyMap<string, Cursor>;
  /** Labels of the namespaces that are among the manifests. */
  readonly namespaces: ReadonlyMap<string, Labels>;
};

const surroundingsOf = perWorld(({ ofKind }): Surroundings => ({
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
  const workload = readWorkload(object, surroundingsOf(world));
  return [workload, ...readPodTracing(workload)];
}

/** A Deployment or its like, with the variables of the application's container as they are set. */
function readWorkload(object: Cursor, { configMaps, namespaces }: Surroundings): WorkloadControl {
  const spec = down(object, 'spec');
  const template = down(spec, 'template');
  const pod = down(template, 'spec');
  const annotations = down(template, 'metadata', 'annotations');
  const labels = labelsOf(down(template, 'metadata', 'labels'));
  const containers = itemsOf(down(pod, 'containers')).filter((container) => !isProxy(container));
  const app = containers[0] ?? down(pod, 'containers', 0);
  const namespace = namespaceOf(object);
  const shared = (namespace === undefined ? undefined : namespaces.get(namespace)) ?? {};
  const mode = labels['istio.io/dataplane-mode'] ?? shared['istio.io/dataplane-mode'];
  const variables = readVariables(app, namespace, configMaps);
  const native = text(down(annotations, 'sidecar.istio.io/nativeSidecar')).value;
  return {
    layer: 'mesh',
    kind: 'workload',
    target: targetOf(object),
    namespace,
    place: locate(pod),
    values: {
      name: object.object.name,
      labels,
      serviceAccount: text(down(pod, 'serviceAccountName'), 'default'),
      // A gateway is a proxy alone: there is no application beside it.
      isInjected: containers.length > 0 && injectionOf(labels, annotations, shared) === 'yes',
      isLeftOut: injectionOf(labels, annotations, shared) === 'no',
      isAmbient: mode === 'ambient',
      isNative: native === '' ? undefined : native === 'true',
      replicas: object.object.kind === 'DaemonSet' ? undefined : number(down(spec, 'replicas'), 1),
      gracePeriod: seconds(down(pod, 'terminationGracePeriodSeconds'), 30),
      ...readPreStop(app),
      // The user of a pod that is a proxy alone is the proxy's.
      runAsUsers: (containers.length === 0 ? [] : [pod, ...containers])
        .map((holder) => down(holder, 'securityContext', 'runAsUser'))
        .filter(exists)
        .map((at) => number(at, 0)),
      ...variables,
      probePorts: readProbePorts(app),
      proxy: readProxy(annotations),
      metrics: {
        scrape: optional(down(annotations, 'prometheus.io/scrape'), text),
        port: optional(down(annotations, 'prometheus.io/port'), text),
        isMerged: flag(down(annotations, 'prometheus.istio.io/merge-metrics'), true),
      },
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
    entriesOf(annotations).some(([key]) =>
      /^(sidecar|proxy|traffic\.sidecar)\.istio\.io\//.test(key),
    );
  return isAsked ? 'yes' : 'unknown';
}

/** Ports of probes that go over the network; a port by name is that of the container. */
function readProbePorts(app: Cursor): number[] {
  const named = new Map(
    itemsOf(down(app, 'ports')).map((port) => [
      text(down(port, 'name')).value,
      number(down(port, 'containerPort'), 0).value,
    ]),
  );
  const ports = ['startupProbe', 'readinessProbe', 'livenessProbe'].flatMap((probe) =>
    ['httpGet', 'tcpSocket', 'grpc']
      .map((kind) => down(app, probe, kind, 'port'))
      .filter(exists)
      .map((port) => named.get(text(port).value) ?? number(port, 0).value),
  );
  return [...new Set(ports)];
}

function seconds(cursor: Cursor, absent: number): Value<number> {
  const read = number(cursor, absent);
  return { ...read, value: read.value * 1_000 };
}

/** The pause before the signal: `sleep`, or the first number of an `exec` that sleeps. */
function readPreStop(app: Cursor): Pick<WorkloadControl['values'], 'preStop' | 'hasOpaqueHook'> {
  const preStop = down(app, 'lifecycle', 'preStop');
  const sleep = down(preStop, 'sleep', 'seconds');
  if (exists(sleep)) return { preStop: seconds(sleep, 0), hasOpaqueHook: false };
  const command = itemsOf(down(preStop, 'exec', 'command')).map((item) => text(item).value);
  const paused = /\bsleep\s+(\d+(?:\.\d+)?)/.exec(command.join(' '))?.[1];
  const basis = exists(preStop) ? 'written' : 'default';
  return {
    preStop: { value: Number(paused ?? 0) * 1_000, basis, place: locate(preStop) },
    hasOpaqueHook: basis === 'written' && paused === undefined,
  };
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
  const ports = text(down(annotations, 'traffic.sidecar.istio.io/excludeOutboundPorts'));
  return {
    holdApplication: flag(down(config, 'holdApplicationUntilProxyStarts'), false),
    terminationDrain: duration(down(config, 'terminationDrainDuration'), 5_000),
    drain: duration(down(config, 'drainDuration'), 45_000),
    exitsOnZeroConnections: flag(down(metadata, 'EXIT_ON_ZERO_ACTIVE_CONNECTIONS'), false),
    sampling: optional(down(config, 'tracing', 'sampling'), (at) => number(at, 1)),
    grpcTimeoutIsDeadline: flag(down(config, 'runtimeValues', GRPC_FLAG), false),
    rewritesProbes: flag(down(annotations, 'sidecar.istio.io/rewriteAppHTTPProbers'), true),
    resources: { value: resources, basis: 'written', place: locate(annotations) },
    excludedOutboundPorts: {
      ...ports,
      value: ports.value
        .split(',')
        .filter((port) => port.trim() !== '')
        .map(Number),
    },
  };
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

/** Sampling that a pod sets for itself. */
function readPodTracing({ values, ...control }: WorkloadControl): MeshTracingControl[] {
  const { sampling } = values.proxy;
  if (sampling === undefined) return [];
  return [
    {
      ...control,
      kind: 'tracing',
      values: { selector: values.labels, sampling, providers: [], isReporting: true },
    },
  ];
}
