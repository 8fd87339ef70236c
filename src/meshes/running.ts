import { providers } from './found/providers.js';
import { listOf, mapOf, type Json, type RunningProxy } from './running-mesh.js';

/** A running proxy is named by its version. */
export type Proxies = ReadonlyMap<string, number>;

const running = providers.flatMap((provider) => provider.running ?? []);

export function isMeshConfig(name: string): boolean {
  return running.some(({ isConfig }) => isConfig(name));
}

/**
 * Says in the template of each workload what its pods show: whether a proxy runs beside the application, and which
 * kind. What a template says itself stays.
 *
 * @returns all objects but the pods that another object makes, and the proxies that were seen
 */
export function withRunningProxies(objects: readonly Json[]): {
  readonly objects: readonly Json[];
  readonly proxies: Proxies;
} {
  const seen = new Map<string, RunningProxy | 'none'>();
  const proxies = new Map<string, number>();
  for (const pod of objects) {
    if (pod['kind'] !== 'Pod') continue;
    const found = running.flatMap(({ proxyOf }) => proxyOf(pod) ?? [])[0];
    if (found !== undefined && found.version !== '')
      proxies.set(found.version, (proxies.get(found.version) ?? 0) + 1);
    const owner = ownerOf(pod);
    if (owner !== undefined) seen.set(owner, found ?? 'none');
  }
  const kept = objects.filter((object) => !isOwned(object));
  return { objects: kept.map((object) => told(object, seen)), proxies };
}

function told(object: Json, seen: ReadonlyMap<string, RunningProxy | 'none'>): Json {
  const { namespace = '', name = '' } = mapOf(object['metadata']);
  const found = seen.get(`${String(namespace)}/${String(object['kind'])}/${String(name)}`);
  const spec = mapOf(object['spec']);
  const template = mapOf(spec['template']);
  if (found === undefined || Object.keys(template).length === 0) return object;
  const metadata = mapOf(template['metadata']);
  const absent = Object.assign({}, ...running.map((mesh) => mesh.absent)) as Json;
  const labels = found === 'none' ? absent : found.labels;
  const annotations =
    found === 'none'
      ? (Object.assign({}, ...running.map((mesh) => mesh.absentAnnotations ?? {})) as Json)
      : found.annotations;
  return {
    ...object,
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: {
          ...metadata,
          labels: { ...labels, ...mapOf(metadata['labels']) },
          annotations: { ...annotations, ...mapOf(metadata['annotations']) },
        },
      },
    },
  };
}

/** The workload that made a pod; a Deployment makes it through a ReplicaSet, whose name the hash ends. */
function ownerOf(pod: Json): string | undefined {
  const metadata = mapOf(pod['metadata']);
  const [owner] = listOf(metadata['ownerReferences']).map(mapOf);
  if (owner === undefined) return undefined;
  const hash = mapOf(metadata['labels'])['pod-template-hash'];
  const name = String(owner['name']);
  const isDeployed =
    owner['kind'] === 'ReplicaSet' && typeof hash === 'string' && name.endsWith(`-${hash}`);
  const [kind, made] = isDeployed
    ? ['Deployment', name.slice(0, -hash.length - 1)]
    : [String(owner['kind']), name];
  return `${textOf(metadata['namespace'])}/${kind}/${made}`;
}

function isOwned(object: Json): boolean {
  const owners = listOf(mapOf(object['metadata'])['ownerReferences']).map(mapOf);
  return (
    owners.some(({ controller }) => controller === true) &&
    ['Pod', 'ReplicaSet', 'Job'].includes(String(object['kind']))
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
