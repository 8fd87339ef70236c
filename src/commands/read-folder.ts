import { dirname, join, resolve as resolvePath } from 'node:path';

import type { Change } from '../io/change.js';
import { isFolder, layChanges, readCheckFiles, readServiceFiles } from '../io/check-files.js';
import { readHiddenManifests } from '../io/hidden-manifests.js';
import type { Host } from '../io/host.js';
import { buildWithKustomize } from '../io/kustomize.js';
import { addKustomizationFiles } from '../io/kustomization-files.js';
import { vetKustomization } from '../io/vet-kustomization.js';
import { beyondPlain } from '../manifests/beyond-plain.js';
import { renderCharts, type RenderFlags } from './render-charts.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import type { ReadSource, Skipped } from '../model/read-summary.js';
import { splitSources } from '../manifests/split-sources.js';
import { requestPath, startingKustomization } from '../project/starting-kustomization.js';
import { rootKustomizations, type RenderedCharts } from '../project/units.js';

/** One argument of `check`, with what is to be read of it. */
export type Folder = {
  /** As it was given. */
  readonly path: string;
  /** The folder that paths of files are relative to. */
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
  /** What a renderer made of kustomizations that are not plain, by their paths. */
  readonly built: ReadonlyMap<string, string> | undefined;
  /** What charts were rendered to, among the files. */
  readonly charts?: RenderedCharts;
  /** Files that cannot be read, and a build that failed. */
  readonly problems: readonly DocumentProblem[];
  /** What our own code leaves out of kustomizations. */
  readonly notes: readonly DocumentProblem[];
  /** What was left out without looking into it: excluded files, templates of Helm. */
  readonly skipped: readonly Skipped[];
  /** The cluster that was read in place of a folder. */
  readonly source?: ReadSource;
};

export type ReadOptions = RenderFlags & {
  /** Name of an environment, whose overlay is read. */
  readonly env?: string | undefined;
  /** Lets kustomize fetch what kustomizations name elsewhere. */
  readonly allowRemote?: boolean | undefined;
  /** Globs of files that are left out, beside those of scaffold.yaml. */
  readonly exclude?: readonly string[] | undefined;
};

/**
 * Reads a folder, a file or standard input. Kustomizations are resolved by our own code later; what it does not know
 * of them is a note, or built by kustomize with `render`. What is remote is a problem, and not fetched.
 *
 * @throws ToolError as `readCheckFiles`, `renderCharts` and `buildWithKustomize`
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
 * Adds what kustomize makes of kustomizations that are not plain, or that they are not.
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
    built = await buildKustomization(built, kustomization, { options, host });
  return built;
}

async function buildKustomization(
  folder: Folder,
  kustomization: string,
  {
    options: { render = false, allowRemote = false },
    host: { env, signal },
  }: { readonly options: ReadOptions; readonly host: Host },
): Promise<Folder> {
  const { files, problems, notes, root } = folder;
  const start = dirname(join(root, kustomization));
  const refused = vetKustomization(start, { root, allowRemote });
  if (refused.length > 0) return { ...folder, problems: [...problems, ...refused] };
  const beyond = beyondPlain(kustomization, files);
  if (beyond.length === 0) return folder;
  if (!render || beyond.some(({ canBeBuilt }) => !canBeBuilt))
    return { ...folder, notes: unique([...notes, ...beyond]) };
  const result = await buildWithKustomize(start, { env, signal, allowRemote });
  if (result.kind === 'built')
    return { ...folder, built: new Map([...(folder.built ?? []), [kustomization, result.text]]) };
  const problem = { file: kustomization, line: 1, column: 1, message: result.message };
  return { ...folder, problems: [...problems, problem] };
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
  return {
    files,
    before: async () => await buildFolder(found, {}, host),
    after: await buildFolder({ ...found, files: layChanges(files, changes) }, {}, host),
  };
}

/** What two kustomizations build on is said once. */
function unique(notes: readonly DocumentProblem[]): readonly DocumentProblem[] {
  const keyOf = ({ file, line, column, message }: DocumentProblem) =>
    `${file}:${line}:${column}: ${message}`;
  return [...new Map(notes.map((note) => [keyOf(note), note])).values()];
}
