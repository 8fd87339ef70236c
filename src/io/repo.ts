import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { inputError, type ToolError } from '../model/errors.js';
import type { Lock } from '../model/lock.js';
import { quote } from '../model/text.js';
import type { FileMode, Tree } from '../model/tree.js';
import type { Candidate } from '../stages/merge/find-renames.js';
import { mergeLocks } from '../stages/merge-locks.js';
import { pathsOfInterest } from '../stages/plan-update.js';
import { keepsModes, listWorkTree, readBlobs } from './git.js';
import { resolveRoot, statOrUndefined } from './inside.js';
import { readBase, readLock, readLockSides } from './lock-file.js';
import { decodeText, readText } from './read-file.js';
import { readWorkingTree, withoutUniformCrlf, type DiskFile } from './working-tree.js';

const MAX_REQUEST_BYTES = 1_048_576;
/** A file that moved is looked for among texts of this size at the most. */
const MAX_CANDIDATE_BYTES = 1_048_576;
const MAX_CANDIDATES = 5_000;

/** A repo that this tool wrote or adopted. */
export type Repo = {
  readonly root: string;
  readonly requestText: string;
  readonly lock: Lock;
  /** Paths on which the two sides of a lock in conflict disagreed. */
  readonly disputed: readonly string[];
};

/**
 * Opens the repo in a folder.
 *
 * @throws ToolError `no-request`, `no-lock` (exit 2), and as `readLock` and `readText`
 */
export function openRepo(folder: string): Repo {
  const { root, requestText } = openRequest(folder);
  const lock = readLock(root);
  if (lock === undefined) throw noLock(folder);
  return { root, requestText, lock, disputed: [] };
}

/**
 * Opens the repo in a folder although its lock may be in conflict between two branches.
 *
 * @throws ToolError as `openRepo`
 */
export function openMergedRepo(folder: string): Repo {
  const { root, requestText } = openRequest(folder);
  const [ours, theirs] = readLockSides(root);
  if (ours === undefined) throw noLock(folder);
  if (theirs === undefined) return { root, requestText, lock: ours, disputed: [] };
  const paths = new Set([...ours.files, ...theirs.files].map(({ path }) => path));
  const disk = readWorkingTree(root, paths);
  const idOf = (path: string): string | undefined => {
    const found = disk.get(path);
    return found?.kind === 'file' ? found.side.id : undefined;
  };
  return { root, requestText, ...mergeLocks(ours, theirs, idOf) };
}

/**
 * The folder and its scaffold.yaml, whatever the lock looks like.
 *
 * @throws ToolError `no-request` (exit 2)
 */
export function openRequest(folder: string): Pick<Repo, 'root' | 'requestText'> {
  const requestText = existsSync(folder) ? readRequest(resolveRoot(folder)) : undefined;
  if (requestText === undefined) {
    throw inputError(
      'no-request',
      `there is no scaffold.yaml in ${quote(folder)}.`,
      'Run it in the folder of a service that scaffold made; npx meshwright new service NAME makes one.',
    );
  }
  return { root: resolveRoot(folder), requestText };
}

function readRequest(root: string): string | undefined {
  const text = readText(join(root, 'scaffold.yaml'), {
    maxBytes: MAX_REQUEST_BYTES,
    name: 'scaffold.yaml',
  });
  return text === undefined ? undefined : withoutUniformCrlf(text);
}

function noLock(folder: string): ToolError {
  return inputError(
    'no-lock',
    `there is no .scaffold/lock.json in ${quote(folder)}, so nobody knows what was generated.`,
    'Restore it from git, or npx meshwright update --rebuild-lock recomputes what it can.',
  );
}

/** What an update must know of the disk. */
export type RepoState = {
  readonly ours: ReadonlyMap<string, DiskFile>;
  readonly baseTexts: ReadonlyMap<string, string>;
  readonly candidates: readonly Candidate[];
};

/**
 * Reads the files that the lock or the trees name, the bases of those that people changed, and, when some
 * are gone, the texts that they may have become.
 */
export function readRepoState({ root, lock }: Repo, trees: readonly Tree[]): RepoState {
  const paths = pathsOfInterest(lock, ...trees);
  const ours = withoutStrangeModes(readWorkingTree(root, paths), { root, lock, trees });
  const changed = lock.files.filter(({ path, id }) => {
    const found = ours.get(path);
    return found?.kind !== 'file' || found.side.id !== id;
  });
  const isGone = changed.some(({ path, ownership }) => ownership !== 'user' && !ours.has(path));
  const strays = isGone ? readStrays(root, paths) : new Map<string, DiskFile>();
  return {
    ours: new Map([...ours, ...strays]),
    baseTexts: readBases(
      root,
      changed.map(({ id }) => id),
    ),
    candidates: [...strays].flatMap(([path, file]) =>
      file.kind === 'file' && file.side.text !== undefined
        ? [{ path, id: file.side.id, text: file.side.text }]
        : [],
    ),
  };
}

/**
 * Where mode bits mean nothing every file has the mode that it should have. Git is asked only when one has
 * another.
 */
function withoutStrangeModes(
  ours: ReadonlyMap<string, DiskFile>,
  { root, lock, trees }: { root: string; lock: Lock; trees: readonly Tree[] },
): ReadonlyMap<string, DiskFile> {
  const modes = new Map<string, FileMode>();
  for (const tree of trees) for (const [path, { mode }] of tree) modes.set(path, mode);
  for (const { path, mode } of lock.files) modes.set(path, mode);
  const strange = [...ours].flatMap(([path, file]) => {
    const mode = modes.get(path) ?? '644';
    if (file.kind !== 'file' || file.side.mode === mode) return [];
    return [[path, { ...file, side: { ...file.side, mode } }] as const];
  });
  return strange.length === 0 || keepsModes(root) ? ours : new Map([...ours, ...strange]);
}

/** Bases from `.scaffold/base/`, else from git's object store. */
function readBases(root: string, ids: readonly string[]): Map<string, string> {
  const texts = new Map<string, string>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const bytes = readBase(root, id);
    if (bytes === undefined) missing.push(id);
    else texts.set(id, decodeText(bytes, `.scaffold/base/${id}`));
  }
  for (const [id, bytes] of readBlobs(root, missing)) texts.set(id, bytes.toString('utf8'));
  return texts;
}

/** Files that neither the lock nor a tree knows: one of them may be a file that people moved. */
function readStrays(root: string, known: ReadonlySet<string>): Map<string, DiskFile> {
  const paths = (listWorkTree(root) ?? [])
    .filter((path) => !known.has(path) && !path.startsWith('.scaffold/') && isSmall(root, path))
    .slice(0, MAX_CANDIDATES);
  return readWorkingTree(root, paths);
}

function isSmall(root: string, path: string): boolean {
  const stat = statOrUndefined(join(root, path));
  return stat?.isFile() === true && stat.size <= MAX_CANDIDATE_BYTES;
}
