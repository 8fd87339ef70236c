import { posix } from 'node:path';

import type { JsonValue } from '../../model/json.js';
import type { ReadSource, ReadSummary, SkipReason, Skipped } from '../../model/read-summary.js';
import { plural } from '../../model/text.js';
import { pathFrom, type CheckedFolder } from './report.js';

type Read = Pick<CheckedFolder, 'path' | 'read'>;

const WORDS: Readonly<Record<SkipReason, (count: number) => string>> = {
  'helm-template': (count) => plural(count, 'Helm template'),
  excluded: (count) => `${plural(count, 'file')} by exclude`,
  'custom-resource-definition': (count) => plural(count, 'CustomResourceDefinition'),
  'no-object': (count) => `${plural(count, 'file')} without an object`,
  'absent-kind': (count) => `${plural(count, 'kind')} that the cluster does not have`,
  'forbidden-kind': (count) => `${plural(count, 'kind')} that the cluster forbids to list`,
};

/** Their names say what the result does not rest on. */
const NAMED: ReadonlySet<SkipReason> = new Set(['absent-kind', 'forbidden-kind']);
/** More names than this say less than their number. */
const MAX_NAMES = 3;

/** `read 12 files, 48 objects (Istio 9, Gateway API 2)`. */
export function countRead(folders: readonly Read[]): string {
  const { files, objects, meshes } = totalOf(folders);
  const ofMeshes = meshes.map(({ title, objects: count }) => `${title} ${count}`).join(', ');
  const within = ofMeshes === '' ? '' : ` (${ofMeshes})`;
  const [source] = folders.flatMap(({ read }) => read.source ?? []);
  return source === undefined
    ? `read ${plural(files, 'file')}, ${plural(objects, 'object')}${within}`
    : `read ${plural(objects, 'object')}${within} from ${placeOf(source)}`;
}

/** `context kind-dev (cluster kind-dev, https://127.0.0.1:6443), all namespaces; proxies 1.27.1 in 12 pods`. */
function placeOf({ context, cluster, server, namespaces, proxies }: ReadSource): string {
  const of = [`cluster ${cluster}`, ...(server === '' ? [] : [server])].join(', ');
  const scope = namespaces === 'all' ? 'all namespaces' : `namespace ${namespaces.join(', ')}`;
  const seen = proxies
    .map(({ version, pods }) => `${version} in ${plural(pods, 'pod')}`)
    .join(', ');
  const place = context === '' ? of : `context ${context} (${of})`;
  return `${place}, ${scope}${seen === '' ? '' : `; proxies ${seen}`}`;
}

/** `skipped 3 Helm templates: helm template charts/web | npx meshwright check -`, a line for each reason. */
export function listSkipped(folders: readonly Read[], tool: string): readonly string[] {
  return totalOf(folders).skipped.map(({ reason, count, files, chart }) => {
    const names =
      NAMED.has(reason) || (count <= MAX_NAMES && reason !== 'helm-template')
        ? files.join(', ')
        : '';
    const instead =
      chart === undefined ? names : `helm template ${shellWord(chart)} | ${tool} check -`;
    return `skipped ${WORDS[reason](count)}${instead === '' ? '' : `: ${instead}`}`;
  });
}

export function describeRead(folders: readonly Read[]): JsonValue {
  const { files, objects, meshes, skipped } = totalOf(folders);
  const [source] = folders.flatMap(({ read }) => read.source ?? []);
  return {
    ...(source !== undefined && {
      source: {
        ...source,
        namespaces: source.namespaces === 'all' ? 'all' : [...source.namespaces],
        proxies: source.proxies.map((proxy) => ({ ...proxy })),
      },
    }),
    files,
    objects,
    meshes: Object.fromEntries(meshes.map(({ title, objects: count }) => [title, count])),
    skipped: skipped.map(({ reason, count, files: paths, chart }) => ({
      reason,
      count,
      files: [...paths],
      ...(chart !== undefined && { chart }),
    })),
  };
}

/** Of all folders together, paths as people would open them. */
function totalOf(folders: readonly Read[]): ReadSummary {
  const meshes = new Map<string, number>();
  const skipped = new Map<string, Skipped>();
  for (const { path, read } of folders) {
    for (const { title, objects } of read.meshes)
      meshes.set(title, (meshes.get(title) ?? 0) + objects);
    for (const { reason, count, files, chart } of read.skipped) {
      const at = chart === undefined ? undefined : posix.join(path, chart);
      const key = `${reason} ${at ?? ''}`;
      const before = skipped.get(key);
      skipped.set(key, {
        reason,
        count: count + (before?.count ?? 0),
        files: [...(before?.files ?? []), ...files.map((file) => pathFrom(path, file))],
        ...(at !== undefined && { chart: at }),
      });
    }
  }
  const sum = (of: (read: ReadSummary) => number): number =>
    folders.reduce((total, { read }) => total + of(read), 0);
  return {
    files: sum(({ files }) => files),
    objects: sum(({ objects }) => objects),
    meshes: [...meshes].map(([title, objects]) => ({ title, objects })),
    skipped: [...skipped.values()],
  };
}

function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
