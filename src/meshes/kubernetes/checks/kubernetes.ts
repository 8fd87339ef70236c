import { quote } from '../../../model/text.js';
import {
  formatPath,
  type ManifestObject,
  type Problem,
  type ValuePath,
} from '../../../manifests/manifest-file.js';
import { isOfCluster } from '../cluster-namespaces.js';
import { checkLabels } from './metadata.js';
import { problem } from '../../../manifests/problem.js';
import { checkPort } from '../../../manifests/values.js';

type Named = { readonly name: string };
type Container = Named & {
  readonly ports?: readonly { readonly name?: string; readonly containerPort: number }[];
  readonly env?: readonly Named[];
  readonly [probe: string]: unknown;
};
type WorkloadSpec = {
  readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly template?: {
    readonly metadata?: {
      readonly labels?: Readonly<Record<string, string>>;
    };
    readonly spec?: { readonly containers: readonly Container[] };
  };
};

/** What the API server refuses in what keeps pods running although its schema allows it. */
export function* checkWorkload(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { selector, template } = object.spec as WorkloadSpec;
  const { labels = {} } = template?.metadata ?? {};
  const pod = ['spec', 'template'];
  for (const [key, value] of Object.entries(selector?.matchLabels ?? {})) {
    if (labels[key] === value) continue;
    yield problem(
      ['spec', 'selector', 'matchLabels', key],
      `the selector wants ${key}: ${value}, which the pod's labels do not have.`,
    );
  }
  yield* checkLabels([...pod, 'metadata', 'labels'], labels);
  for (const [index, container] of (template?.spec?.containers ?? []).entries()) {
    yield* checkContainer([...pod, 'spec', 'containers', index], container);
  }
}

function* checkContainer(at: ValuePath, container: Container): Generator<Problem> {
  const { ports = [], env = [] } = container;
  for (const [index, { containerPort }] of ports.entries()) {
    yield* checkPort([...at, 'ports', index, 'containerPort'], containerPort);
  }
  yield* checkUnique([...at, 'env'], env);
  for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
    const { httpGet } = (container[probe] ?? {}) as { httpGet?: { port: string | number } };
    const port = httpGet?.port;
    if (typeof port === 'string' && !ports.some(({ name }) => name === port)) {
      yield problem(
        [...at, probe, 'httpGet', 'port'],
        `the container has no port named ${quote(port)}.`,
      );
    }
  }
}

/** The last of two variables wins silently. */
function* checkUnique(at: ValuePath, items: readonly Named[]): Generator<Problem> {
  for (const [index, { name }] of items.entries()) {
    if (items.findIndex((item) => item.name === name) !== index) {
      yield problem([...at, index, 'name'], `${formatPath(at)} has ${quote(name)} twice.`);
    }
  }
}

export function* checkService(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { ports = [] } = object.spec as {
    ports?: readonly { name?: string; port: number }[];
  };
  for (const [index, { name, port }] of ports.entries()) {
    yield* checkPort(['spec', 'ports', index, 'port'], port);
    // What a distribution puts there is not for those who apply manifests to mend.
    if (ports.length > 1 && name === undefined && !isOfCluster(object.metadata.namespace)) {
      yield problem(['spec', 'ports', index], 'each of several ports must have a name.');
    }
  }
}

export function* checkHorizontalPodAutoscaler(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const { minReplicas = 1, maxReplicas } = object.spec as {
    minReplicas?: number;
    maxReplicas?: number;
  };
  if (maxReplicas !== undefined && maxReplicas < minReplicas) {
    yield problem(
      ['spec', 'maxReplicas'],
      `maxReplicas ${maxReplicas} must not be below minReplicas ${minReplicas}.`,
    );
  }
}

export function* checkPodDisruptionBudget(object: ManifestObject): Generator<Problem> {
  // The schema has passed.
  const spec = object.spec as { minAvailable?: unknown; maxUnavailable?: unknown };
  if (spec.minAvailable !== undefined && spec.maxUnavailable !== undefined) {
    yield problem(
      ['spec', 'maxUnavailable'],
      'minAvailable and maxUnavailable exclude each other.',
    );
  }
}
