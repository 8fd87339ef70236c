import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Change } from './change.js';
import { readGit } from './git.js';
import { decodeText, readText } from './read-file.js';

/** A manifest is written by people or templates; anything larger is something else. */
const MAX_BYTES = 4 * 1_048_576;
/** More files than this in a folder without scaffold.yaml is the wrong folder. */
const MAX_FILES = 20_000;
const MANIFEST = /\.(?:ya?ml|json)$/;
const SKIPPED = new Set(['node_modules', 'vendor', 'testdata', 'dist']);

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
  /** The path is one file, or standard input. */
  readonly isFile: boolean;
};

/**
 * Reads what `check` needs of a folder: scaffold.yaml and deploy/ of a service, every manifest of any
 * other folder, one file, or standard input for `-`.
 *
 * @throws ToolError `no-such-path` (exit 2), and as `readText`
 */
export function readCheckFiles(path: string): CheckFiles {
  if (path === '-') {
    const text = decodeText(readFileSync(0), 'standard input');
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
  if (!stat.isDirectory()) {
    const text = readText(path, { maxBytes: MAX_BYTES });
    const files = new Map(text === undefined ? [] : [[basename(path), text]]);
    return { files, problems: [], isFile: true };
  }
  const declaration = readDeclaration(path);
  return readManifests(path, declaration, declaration === undefined ? '' : 'deploy');
}

/**
 * Reads what `check` reads of a service: scaffold.yaml where there is one, and the manifests below deploy/.
 * A folder that is not there holds nothing.
 *
 * @throws ToolError as `readText`
 */
export function readServiceFiles(root: string): CheckFiles {
  return readManifests(root, readDeclaration(root), 'deploy');
}

function readDeclaration(root: string): string | undefined {
  return readText(join(root, 'scaffold.yaml'), { maxBytes: MAX_BYTES, name: 'scaffold.yaml' });
}

function readManifests(path: string, declaration: string | undefined, below: string): CheckFiles {
  const files = new Map<string, string>();
  if (declaration !== undefined) files.set('scaffold.yaml', declaration);
  const problems: CheckFiles['problems'][number][] = [];
  const paths = listManifests(path, below);
  for (const name of paths) {
    try {
      const text = readText(join(path, name), { maxBytes: MAX_BYTES, name });
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

/** JSON is also the format of a thousand other things. */
function isManifest(name: string, text: string): boolean {
  return !name.endsWith('.json') || text.includes('"apiVersion"');
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
      name.startsWith('.') || SKIPPED.has(name) || (isChart && name === 'templates');
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

/**
 * The same files as they were at a revision.
 *
 * @throws ToolError `no-such-revision` (exit 2)
 */
export function readCheckFilesAt(root: string, revision: string): Map<string, string> {
  const commit = readGit(root, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  if (commit === undefined) {
    throw inputError(
      'no-such-revision',
      `git knows no revision ${quote(revision)} in ${quote(root)}.`,
      'In a shallow clone, fetch it first.',
    );
  }
  const id = commit.toString('utf8').trim();
  const listed =
    readGit(root, ['ls-tree', '-r', '-z', '--name-only', id, '--', '.'])?.toString('utf8') ?? '';
  const paths = listed.split('\0').filter((path) => path !== '');
  const isService = paths.includes('scaffold.yaml');
  const wanted = paths.filter((path) =>
    isService
      ? path === 'scaffold.yaml' || (path.startsWith('deploy/') && MANIFEST.test(path))
      : MANIFEST.test(path),
  );
  return new Map(
    wanted.flatMap((path) => {
      const bytes = readGit(root, ['show', `${id}:./${path}`]);
      return bytes === undefined ? [] : [[path, decodeText(bytes, path)] as const];
    }),
  );
}
