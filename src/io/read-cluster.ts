import { exitCodes, ToolError } from '../model/errors.js';
import { kinds } from '../meshes/found/kinds.js';
import { providers } from '../meshes/found/providers.js';
import { listOf, mapOf, type Json } from '../meshes/running-mesh.js';
import { isMeshConfig, withRunningProxies } from '../meshes/running.js';
import { groupOf } from '../model/kind-facts.js';
import type { ReadSource, Skipped } from '../model/read-summary.js';
import { readContext, unreachable, type RunKubectl } from './cluster-context.js';
import { findOutsideTool } from './outside-tool.js';
import type { Environment } from './process.js';
import { reasonOf, runTool, type ToolRun } from './run-tool.js';

export type ClusterOptions = {
  readonly context?: string | undefined;
  /** Empty for that of the context. */
  readonly namespaces: readonly string[];
  readonly isAll: boolean;
};

export type ClusterDump = {
  /** A List of each kind, as a file. */
  readonly files: ReadonlyMap<string, string>;
  /** Kinds that the cluster does not have, and those that it forbids to list. */
  readonly skipped: readonly Skipped[];
  /** The settings of the mesh where they could not be read. */
  readonly notes: readonly { readonly file: string; readonly message: string }[];
  readonly source: ReadSource;
};

/** Of one call; a namespace of ten thousand objects takes a few seconds. */
const CALL_MS = 60_000;
/** Calls at the same time. */
const JOBS = 4;
/** What may hold passwords, and what is read by name alone. */
const NEVER = new Set(['Secret', 'ConfigMap']);

/**
 * Reads a cluster through `kubectl get` with the user's own context: the kinds that are known, the settings of the
 * mesh, and what running pods show. Nothing is written, and no Secret is read.
 *
 * @throws ToolError exit 6 without kubectl and when the cluster does not answer; exit 2 for an unknown context
 */
export async function readCluster(
  { context: wanted, namespaces: asked, isAll }: ClusterOptions,
  host: { readonly env: Environment; readonly cwd: string; readonly signal: AbortSignal },
): Promise<ClusterDump> {
  const { file, path } = findOutsideTool('kubectl', host.env, [host.cwd]);
  // A preference file of kubectl may change what its commands do.
  const env = { ...host.env, PATH: path, KUBECTL_KUBERC: 'false' };
  const kubectl: RunKubectl = async (...args) => {
    const run = await runTool(
      { file, args, cwd: host.cwd, env },
      { timeoutMs: CALL_MS, signal: host.signal },
    );
    if (run.end.kind === 'interrupted') throw interrupted();
    return run;
  };
  const context = await readContext(kubectl, wanted);
  const flags = [
    ...(context.context === undefined ? [] : ['--context', context.context]),
    '--request-timeout=30s',
  ];
  const namespaces = asked.length === 0 ? [context.namespace] : asked;
  const scopes = isAll ? [['--all-namespaces']] : namespaces.map((name) => ['--namespace', name]);
  const resources = await listResources(kubectl, flags);
  const found: Found = { objects: [], forbidden: new Set(), notes: [] };
  await readMeshConfigs(kubectl, flags, found);
  // What a mesh keeps beside its settings holds everywhere.
  const roots = found.objects.map((object) => String(mapOf(object['metadata'])['namespace']));
  const further = isAll ? [] : roots.filter((root) => !namespaces.includes(root));
  const calls = resources.flatMap(({ name, group, isNamespaced }) => {
    if (isNamespaced) {
      const more = isOfMesh(group) ? further.map((root) => ['--namespace', root]) : [];
      return [...scopes, ...more].map((scope) => ({ name, args: [name, ...scope] }));
    }
    const named = name === 'namespaces' && !isAll ? [...namespaces, ...further] : [];
    return [{ name, args: [name, ...named] }];
  });
  await inParallel(calls, async ({ name, args }) => {
    const run = await kubectl('get', ...args, '--output=json', '--ignore-not-found', ...flags);
    take(run, name, found);
  });
  // Of a part of the cluster nothing says what else is there.
  const isWhole = found.forbidden.size === 0;
  const { objects, proxies } = withRunningProxies(found.objects.map((o) => cleaned(o, isWhole)));
  return {
    files: filesOf(objects),
    skipped: [
      ...skippedKinds('absent-kind', absentKinds(resources)),
      ...skippedKinds('forbidden-kind', [...found.forbidden].sort()),
    ],
    notes: found.notes,
    source: {
      context: context.context ?? '',
      cluster: context.cluster,
      server: context.server,
      namespaces: isAll ? 'all' : namespaces,
      isWhole,
      proxies: [...proxies].sort().map(([version, pods]) => ({ version, pods })),
    },
  };
}

type Found = {
  readonly objects: Json[];
  /** Names of resources. */
  readonly forbidden: Set<string>;
  readonly notes: { file: string; message: string }[];
};

function skippedKinds(
  reason: 'absent-kind' | 'forbidden-kind',
  names: readonly string[],
): readonly Skipped[] {
  return names.length === 0 ? [] : [{ reason, count: names.length, files: names }];
}

type Resource = {
  readonly name: string;
  readonly group: string;
  readonly kind: string;
  readonly isNamespaced: boolean;
};

/** What of the cluster's resources somebody here knows something of. */
async function listResources(
  kubectl: RunKubectl,
  flags: readonly string[],
): Promise<readonly Resource[]> {
  const run = await kubectl('api-resources', '--verbs=list', '--no-headers', ...flags);
  const rows = [...run.output.matchAll(/^(\S+) +(?:\S+ +)?(\S*v\d\S*) +(true|false) +(\S+) *$/gm)];
  // One API that does not answer is an error to kubectl, and does not hide the others.
  if (rows.length === 0) throw unreachable(reasonOf(run));
  return rows.flatMap(([, plural = '', version = '', isNamespaced, kind = '']) => {
    const group = groupOf(version);
    if (NEVER.has(kind) || !isKnown(group, kind)) return [];
    const name = group === '' ? plural : `${plural}.${group}`;
    return [{ name, group, kind, isNamespaced: isNamespaced === 'true' }];
  });
}

function isKnown(group: string, kind: string): boolean {
  return kinds.some((known) => known.group === group && known.kind === kind) || isOfMesh(group);
}

function isOfMesh(group: string): boolean {
  return providers.some(({ apiGroups = [] }) =>
    apiGroups.some((own) => group === own || group.endsWith(`.${own}`)),
  );
}

/** Kinds that are known here and that the cluster does not define, as `Kind.group`. */
function absentKinds(resources: readonly Resource[]): readonly string[] {
  const present = new Set(resources.map(({ group, kind }) => `${group}/${kind}`));
  const absent = kinds.filter(
    ({ group, kind }) => group !== '*' && !NEVER.has(kind) && !present.has(`${group}/${kind}`),
  );
  const names = absent.map(({ group, kind }) => (group === '' ? kind : `${kind}.${group}`));
  return [...new Set(names)].sort();
}

/** Adds the objects of an answer, or notes that they may not be listed. */
function take(run: ToolRun, name: string, { objects, forbidden }: Found): void {
  if (run.end.kind === 'exited' && run.end.code === 0) {
    if (run.output.trim() === '') return;
    const list = mapOf(JSON.parse(run.output));
    objects.push(...('items' in list ? listOf(list['items']).map(mapOf) : [list]));
    return;
  }
  if (!/forbidden/i.test(run.errors)) throw unreachable(reasonOf(run));
  forbidden.add(name);
}

/** Names first: of other ConfigMaps nothing but their names is taken. */
async function readMeshConfigs(
  kubectl: RunKubectl,
  flags: readonly string[],
  found: Found,
): Promise<void> {
  const columns = '--output=custom-columns=NAMESPACE:.metadata.namespace,NAME:.metadata.name';
  const list = ['get', 'configmaps', '--all-namespaces', '--no-headers', columns];
  const run = await kubectl(...list, ...flags);
  if (run.end.kind !== 'exited' || run.end.code !== 0) {
    const message = `the settings of the mesh were not read: ${reasonOf(run)}`;
    found.notes.push({ file: 'ConfigMap.json', message });
    return;
  }
  for (const [, namespace = '', name = ''] of run.output.matchAll(/^(\S+) +(\S+) *$/gm)) {
    if (!isMeshConfig(name)) continue;
    const get = ['get', 'configmaps', name, '--namespace', namespace, '--output=json'];
    take(await kubectl(...get, '--ignore-not-found', ...flags), 'configmaps', found);
  }
}

/**
 * Without what the cluster notes for itself.
 *
 * @param isWhole keeps the ids by which a dump is known to be all there is
 */
function cleaned(object: Json, isWhole: boolean): Json {
  const rest = omit(object, ['status']);
  const metadata = omit(mapOf(rest['metadata']), ['managedFields', ...(isWhole ? [] : ['uid'])]);
  const annotations = omit(mapOf(metadata['annotations']), [LAST_APPLIED]);
  return { ...rest, metadata: { ...metadata, annotations } };
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

function omit(value: Json, keys: readonly string[]): Json {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
}

function filesOf(objects: readonly Json[]): ReadonlyMap<string, string> {
  const lists = new Map<string, Json[]>();
  for (const object of objects) {
    const group = groupOf(String(object['apiVersion']));
    const name = `${String(object['kind'])}${group === '' ? '' : `.${group}`}.json`;
    lists.set(name, [...(lists.get(name) ?? []), object]);
  }
  return new Map(
    [...lists]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, items]) => {
        const sorted = items.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
        return [
          name,
          `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: sorted }, null, 2)}\n`,
        ];
      }),
  );
}

function keyOf(object: Json): string {
  const { namespace = '', name = '' } = mapOf(object['metadata']);
  return `${String(namespace)}/${String(name)}`;
}

async function inParallel<T>(all: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const waiting = [...all];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: JOBS }, work));
}

function interrupted(): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'interrupted.',
  });
}
