import { statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import type { Skipped } from '../model/read-summary.js';
import { quote } from '../model/text.js';
import { isContractPath } from '../stages/contract-files.js';
import type { Change } from './change.js';
import { declaredExclusions, loadExclusion, type IsExcluded } from './exclusion.js';
import { listContracts } from './list-contracts.js';
import {
  chartOf,
  hasManifestName,
  isManifestPath,
  listManifests,
  skippedTemplates,
} from './list-manifests.js';
import { decodeText, readText } from './read-file.js';
import { readPipe, readStandardInput } from './read-stream.js';

/** A declaration is written by people; anything larger is something else. */
const MAX_BYTES = 4 * 1_048_576;
/** A file or a stream may hold a whole cluster. */
const MAX_STREAM_BYTES = 256 * 1_048_576;

export type CheckFiles = {
  /** By their path relative to the folder. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that are there and cannot be read as text. */
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  /** What was left out without looking into it. */
  readonly skipped: readonly Skipped[];
  /** The path is one file, a pipe, or standard input. */
  readonly isFile: boolean;
};

/**
 * Reads what `check` needs of a folder: scaffold.yaml and deploy/ of a service, every manifest of any
 * other folder, one file, a pipe such as `<(kubectl get …)`, or standard input for `-`.
 *
 * @param options.hidden contents of the files in the folder that git keeps off the disk
 * @param options.exclude globs of files in the folder that are left out, beside those of `check.exclude`
 * @param options.given the path as on the command line
 * @throws ToolError `no-such-path` (exit 2), and as `readText` and `readStream`
 */
export async function readCheckFiles(
  path: string,
  {
    signal,
    hidden = new Map<string, Buffer>(),
    exclude = [],
    given = '.',
  }: {
    readonly signal: AbortSignal;
    readonly hidden?: ReadonlyMap<string, Buffer> | undefined;
    readonly exclude?: readonly string[] | undefined;
    readonly given?: string;
  },
): Promise<CheckFiles> {
  const stream = { maxBytes: MAX_STREAM_BYTES, signal };
  if (path === '-') {
    const bytes = await readStandardInput({ ...stream, name: 'standard input' });
    const text = decodeText(bytes, 'standard input');
    return fileOf('-', text);
  }
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw inputError(
      'no-such-path',
      `there is no ${quote(path)}.`,
      'Name a folder of manifests, a file, or - for standard input.',
    );
  }
  if (stat.isFIFO()) {
    const text = decodeText(await readPipe(path, { ...stream, name: path }), path);
    return fileOf('-', text);
  }
  if (!stat.isDirectory()) {
    const chart = chartOf(path);
    if (chart === undefined)
      return fileOf(basename(path), readText(path, { maxBytes: MAX_STREAM_BYTES }));
    const folder = relative(dirname(path), chart).replaceAll(sep, '/') || '.';
    return { ...fileOf('', undefined), skipped: [skippedTemplates(folder, [basename(path)])] };
  }
  const read = readerOf(path, hidden);
  const declaration = read('scaffold.yaml');
  const globs = [...exclude, ...declaredExclusions(declaration)];
  return readManifests(path, {
    declaration,
    below: declaration === undefined ? '' : 'deploy',
    hidden,
    isExcluded: await loadExclusion(globs, given),
  });
}

function fileOf(name: string, text: string | undefined): CheckFiles {
  const files = new Map(text === undefined ? [] : [[name, text]]);
  return { files, problems: [], skipped: [], isFile: true };
}

/**
 * Reads what `check` reads of a service: scaffold.yaml where there is one, and the manifests below deploy/.
 * A folder that is not there holds nothing.
 *
 * @param hidden as for `readCheckFiles`
 * @throws ToolError as `readText`
 */
export async function readServiceFiles(
  root: string,
  hidden: ReadonlyMap<string, Buffer> = new Map(),
): Promise<CheckFiles> {
  const declaration = readerOf(root, hidden)('scaffold.yaml');
  const isExcluded = await loadExclusion(declaredExclusions(declaration));
  return readManifests(root, { declaration, below: 'deploy', hidden, isExcluded });
}

/** Reads files of a folder, those that git keeps off the disk included. */
function readerOf(
  path: string,
  hidden: ReadonlyMap<string, Buffer>,
): (name: string) => string | undefined {
  return (name) => {
    const maxBytes = name === 'scaffold.yaml' ? MAX_BYTES : MAX_STREAM_BYTES;
    const text = readText(join(path, name), { maxBytes, name });
    const bytes = hidden.get(name);
    return text ?? (bytes === undefined ? undefined : decodeText(bytes, name));
  };
}

function readManifests(
  path: string,
  {
    declaration,
    below,
    hidden,
    isExcluded,
  }: {
    declaration: string | undefined;
    below: string;
    hidden: ReadonlyMap<string, Buffer>;
    isExcluded: IsExcluded;
  },
): CheckFiles {
  const read = readerOf(path, hidden);
  const files = new Map<string, string>();
  if (declaration !== undefined) files.set('scaffold.yaml', declaration);
  const problems: CheckFiles['problems'][number][] = [];
  const listed = listManifests(path, { below, isExcluded });
  const hiddenPaths = [...hidden.keys()].filter(
    (name) => isManifestPath(name, below) && !isExcluded(name),
  );
  const contracts = listContracts(path, { declaration, hidden: [...hidden.keys()], isExcluded });
  const paths = [...new Set([...listed.paths, ...hiddenPaths, ...contracts])].sort();
  for (const name of paths) {
    try {
      const text = read(name);
      if (text !== undefined && isManifest(name, text)) files.set(name, text);
    } catch (error) {
      // A file that is no text or too large is told of, and the others are still checked.
      if (!(error instanceof ToolError) || error.exitCode !== exitCodes.usage) throw error;
      problems.push({ file: name, line: 1, column: 1, message: error.message });
    }
  }
  return { files, problems, skipped: listed.skipped, isFile: false };
}

/**
 * The files of a service as they will be once changes are made.
 *
 * @param files as `readServiceFiles` gives them
 */
export function layChanges(
  files: ReadonlyMap<string, string>,
  changes: readonly Change[],
): ReadonlyMap<string, string> {
  const after = new Map(files);
  for (const change of changes) {
    const { path } = change;
    const isRead =
      path === 'scaffold.yaml' ||
      (path.startsWith('deploy/') && hasManifestName(path)) ||
      isContractPath(path);
    if (!isRead) continue;
    const text = change.kind === 'write' ? String(change.content) : undefined;
    if (text === undefined || !isManifest(path, text)) after.delete(path);
    else after.set(path, text);
  }
  return after;
}

/** Whether a path is a folder that is there. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** JSON is also the format of a thousand other things. */
function isManifest(name: string, text: string): boolean {
  return !name.endsWith('.json') || text.includes('"apiVersion"');
}
