import { dirname, join, resolve as resolvePath } from 'node:path';

import type { Change } from '../io/change.js';
import { isFolder, layChanges, readCheckFiles, readServiceFiles } from '../io/check-files.js';
import { readHiddenManifests } from '../io/hidden-manifests.js';
import type { Host } from '../io/host.js';
import { buildWithKustomize, type KustomizeResult } from '../io/kustomize.js';
import { withChangedCopy } from '../io/changed-copy.js';
import { addKustomizationFiles } from '../io/kustomization-files.js';
import { vetKustomization } from '../io/vet-kustomization.js';
import { beyondPlain } from '../manifests/beyond-plain.js';
import { renderCharts, type RenderFlags } from './render-charts.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import type { ReadSource, Skipped } from '../model/read-summary.js';
import { splitSources } from '../manifests/split-sources.js';
import { requestPath, startingKustomization } from '../project/starting-kustomization.js';
import { rootKustomizations } from '../project/units.js';

/** One argument of `check`, with what is to be read of it. */
export type Folder = {
  /** As it was given. */
  readonly path: string;
  /** The folder that paths of files are relative to. */
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
  /** What a renderer made of kustomizations that are not plain, by their paths. */
  readonly built: ReadonlyMap<string, string> | undefined;
  /** Files that cannot be read, and a build that failed. */
  readonly problems: readonly DocumentProblem[];
  /** What was left out because no kustomize is there. */
  readonly notes: readonly DocumentProblem[];
  /** What was left out without looking into it: excluded files, templates of Helm. */
  readonly skipped: readonly Skipped[];
  /** The cluster that was read in place of a folder. */
  readonly source?: ReadSource;
};

/** Makes objects of a folder that only an external program understands. */
export type Renderer = (folder: string) => Promise<KustomizeResult>;

export type ReadOptions = RenderFlags & {
  /** Name of an environment, whose overlay is read. */
  readonly env?: string | undefined;
  readonly renderer?: Renderer;
  /** Lets kustomize fetch what kustomizations name elsewhere. */
  readonly allowRemote?: boolean | undefined;
  /** Globs of files that are left out, beside those of scaffold.yaml. */
  readonly exclude?: readonly string[] | undefined;
};

/**
 * Reads a folder, a file or standard input. Plain kustomizations are resolved by our own code later;
 * others by `kustomize build` where it is on PATH. What is remote is a problem, and not fetched.
 *
 * @throws ToolError as `readCheckFiles`
 */
export async function readFolder(path: string, options: ReadOptions, host: Host): Promise<Folder> {
  const full = path === '-' ? path : resolvePath(host.cwd, path);
  const { files, problems, skipped, isFile } = await readCheckFiles(full, {
    signal: host.signal,
    hidden: await readHidden(full, host),
    exclude: options.exclude,
    given: path,
  });
  const folder: Folder = {
    path,
    root: isFile ? dirname(full) : full,
    files: splitStream(files),
    built: undefined,
    problems,
    notes: [],
    skipped,
  };
  const rendered =
    options.render === true && skipped.length > 0
      ? await renderCharts(folder, options, host)
      : folder;
  return path === '-' || isFile ? rendered : await buildFolder(rendered, options, host);
}

/** Of a stream that helm printed each document is told by its template. */
function splitStream(files: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const text = files.get('-');
  return text === undefined ? files : splitSources(text, '-');
}

/** Files of a folder that git keeps off the disk. */
async function readHidden(
  path: string,
  host: Host,
): Promise<ReadonlyMap<string, Buffer> | undefined> {
  return isFolder(path) ? await readHiddenManifests(path, host) : undefined;
}

/**
 * Adds what kustomize makes of kustomizations that are not plain, or that it is not there.
 *
 * @param folder its root is where kustomize runs
 */
async function buildFolder(folder: Folder, options: ReadOptions, host: Host): Promise<Folder> {
  const files = addKustomizationFiles(folder.root, folder.files);
  const start = files.has(requestPath)
    ? [startingKustomization(files, options.env)].filter((path) => path !== undefined)
    : rootKustomizations(files);
  let built: Folder = { ...folder, files };
  for (const kustomization of start)
    built = await buildKustomization(built, kustomization, withRenderer(options, host));
  return built;
}

/** `kustomize` on PATH renders where no other was given. */
function withRenderer(
  options: ReadOptions,
  { env, signal }: Host,
): ReadOptions & Required<Pick<ReadOptions, 'renderer'>> {
  const { allowRemote = false } = options;
  const renderer: Renderer = async (folder) =>
    await buildWithKustomize(folder, { env, signal, allowRemote });
  return { renderer, ...options };
}

async function buildKustomization(
  folder: Folder,
  kustomization: string,
  { allowRemote = false, renderer }: ReadOptions & Required<Pick<ReadOptions, 'renderer'>>,
): Promise<Folder> {
  const { files, problems, notes, root } = folder;
  const start = dirname(join(root, kustomization));
  const remote = allowRemote ? [] : vetKustomization(start, root);
  if (remote.length > 0) return { ...folder, problems: [...problems, ...remote] };
  const beyond = beyondPlain(kustomization, files);
  if (beyond === undefined) return folder;
  const result = await renderer(start);
  switch (result.kind) {
    case 'built':
      return { ...folder, built: new Map([...(folder.built ?? []), [kustomization, result.text]]) };
    case 'absent':
      return { ...folder, notes: [...notes, beyond] };
    case 'failed': {
      const problem = { file: kustomization, line: 1, column: 1, message: result.message };
      return { ...folder, problems: [...problems, problem] };
    }
  }
}

/** A service on disk, as it is and as it will be once changes are made. */
export type ChangedFolder = {
  /** Without what kustomize makes of it. */
  readonly files: ReadonlyMap<string, string>;
  readonly before: () => Promise<Folder>;
  readonly after: Folder;
};

/**
 * Reads a service as `check` does: the template's files, and those that people put below deploy/.
 *
 * @param changes what is about to be written; may be empty
 * @throws ToolError as `readServiceFiles`
 */
export async function readChangedFolder(
  root: string,
  changes: readonly Change[],
  host: Host,
): Promise<ChangedFolder> {
  const read = await readServiceFiles(root, await readHidden(root, host));
  const { files, problems, skipped } = read;
  const found: Folder = { path: '.', root, files, built: undefined, problems, notes: [], skipped };
  const after = { ...found, files: layChanges(files, changes) };
  const start = startingKustomization(after.files, undefined);
  const isPlain = start === undefined || beyondPlain(start, after.files) === undefined;
  return {
    files,
    before: async () => await buildFolder(found, {}, host),
    after:
      isPlain || changes.length === 0
        ? await buildFolder(after, {}, host)
        : await withChangedCopy(root, changes, async (copy) => ({
            ...(await buildFolder({ ...after, root: copy }, {}, host)),
            root,
          })),
  };
}
