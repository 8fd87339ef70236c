import { readdirSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Change } from './change.js';
import { decodeText, readText } from './read-file.js';
import { readPipe, readStandardInput } from './read-stream.js';

/** A manifest is written by people or templates; anything larger is something else. */
const MAX_BYTES = 4 * 1_048_576;
/** What comes in one stream may be a whole cluster. */
const MAX_STREAM_BYTES = 256 * 1_048_576;
/** More files than this in a folder without scaffold.yaml is the wrong folder. */
const MAX_FILES = 20_000;
export const MANIFEST = /\.(?:ya?ml|json)$/;
const SKIPPED = new Set(['node_modules', 'vendor', 'testdata', 'dist']);
/** Folders there have the names of environments, whatever other tools call theirs. */
const OVERLAYS = 'deploy/overlays';

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
  /** The path is one file, a pipe, or standard input. */
  readonly isFile: boolean;
};

/**
 * Reads what `check` needs of a folder: scaffold.yaml and deploy/ of a service, every manifest of any
 * other folder, one file, a pipe such as `<(kubectl get …)`, or standard input for `-`.
 *
 * @param options.hidden contents of the files in the folder that git keeps off the disk
 * @throws ToolError `no-such-path` (exit 2), and as `readText` and `readStream`
 */
export async function readCheckFiles(
  path: string,
  {
    signal,
    hidden = new Map<string, Buffer>(),
  }: {
    readonly signal: AbortSignal;
    readonly hidden?: ReadonlyMap<string, Buffer> | undefined;
  },
): Promise<CheckFiles> {
  const stream = { maxBytes: MAX_STREAM_BYTES, signal };
  if (path === '-') {
    const bytes = await readStandardInput({ ...stream, name: 'standard input' });
    const text = decodeText(bytes, 'standard input');
    return { files: new Map([['-', text]]), problems: [], isFile: true };
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
    return { files: new Map([['-', text]]), problems: [], isFile: true };
  }
  if (!stat.isDirectory()) {
    const text = readText(path, { maxBytes: MAX_STREAM_BYTES });
    const files = new Map(text === undefined ? [] : [[basename(path), text]]);
    return { files, problems: [], isFile: true };
  }
  const read = readerOf(path, hidden);
  const declaration = read('scaffold.yaml');
  return readManifests(path, {
    declaration,
    below: declaration === undefined ? '' : 'deploy',
    hidden,
  });
}

/**
 * Reads what `check` reads of a service: scaffold.yaml where there is one, and the manifests below deploy/.
 * A folder that is not there holds nothing.
 *
 * @param hidden as for `readCheckFiles`
 * @throws ToolError as `readText`
 */
export function readServiceFiles(
  root: string,
  hidden: ReadonlyMap<string, Buffer> = new Map(),
): CheckFiles {
  const declaration = readerOf(root, hidden)('scaffold.yaml');
  return readManifests(root, { declaration, below: 'deploy', hidden });
}

/** Reads files of a folder, those that git keeps off the disk included. */
function readerOf(
  path: string,
  hidden: ReadonlyMap<string, Buffer>,
): (name: string) => string | undefined {
  return (name) => {
    const text = readText(join(path, name), { maxBytes: MAX_BYTES, name });
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
  }: { declaration: string | undefined; below: string; hidden: ReadonlyMap<string, Buffer> },
): CheckFiles {
  const read = readerOf(path, hidden);
  const files = new Map<string, string>();
  if (declaration !== undefined) files.set('scaffold.yaml', declaration);
  const problems: CheckFiles['problems'][number][] = [];
  const paths = [
    ...new Set([
      ...listManifests(path, below),
      ...[...hidden.keys()].filter((name) => isManifestPath(name, below)),
    ]),
  ].sort();
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
  return { files, problems, isFile: false };
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
      path === 'scaffold.yaml' || (path.startsWith('deploy/') && hasManifestName(path));
    if (!isRead) continue;
    const text = change.kind === 'write' ? String(change.content) : undefined;
    if (text === undefined || !isManifest(path, text)) after.delete(path);
    else after.set(path, text);
  }
  return after;
}

function hasManifestName(path: string): boolean {
  return MANIFEST.test(path) || basename(path) === 'Kustomization';
}

/** Whether a path is a folder that is there. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** JSON is also the format of a thousand other things. */
function isManifest(name: string, text: string): boolean {
  return !name.endsWith('.json') || text.includes('"apiVersion"');
}

/** Whether a path below a folder is read as a manifest; templates of Helm are told by their folder. */
export function isManifestPath(path: string, below: string): boolean {
  if (below !== '' && !path.startsWith(`${below}/`)) return false;
  const folders = path.split('/');
  const name = folders.pop() ?? '';
  const isSkipped = folders.some(
    (folder, depth) =>
      folder.startsWith('.') ||
      (SKIPPED.has(folder) && folders.slice(0, depth).join('/') !== OVERLAYS),
  );
  return !isSkipped && hasManifestName(name);
}

/** Manifests below a folder, sorted; links are not followed, and templates of Helm are no manifests. */
function listManifests(root: string, below: string): string[] {
  const found: string[] = [];
  const visit = (folder: string): void => {
    const full = join(root, folder);
    if (statSync(full, { throwIfNoEntry: false })?.isDirectory() !== true) return;
    const entries = readdirSync(full, { withFileTypes: true });
    const isChart = entries.some(({ name }) => name === 'Chart.yaml');
    const isSkipped = (name: string): boolean =>
      name.startsWith('.') ||
      (SKIPPED.has(name) && folder !== OVERLAYS) ||
      (isChart && name === 'templates');
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !isSkipped(entry.name)) visit(path);
      else if (entry.isFile() && hasManifestName(entry.name)) found.push(path);
    }
    if (found.length > MAX_FILES) {
      throw inputError(
        'too-many-files',
        `${quote(root)} holds more than ${MAX_FILES} manifests.`,
        'Name a smaller folder.',
      );
    }
  };
  visit(below);
  return found.sort();
}
