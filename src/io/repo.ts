import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { inputError, type ToolError } from '../model/errors.js';
import { blobId, lockPath, type Lock } from '../model/lock.js';
import { quote } from '../model/text.js';
import type { FileMode, Tree } from '../model/tree.js';
import type { Candidate } from '../stages/merge/find-renames.js';
import { isAsGitLeft, mergeRequests } from '../stages/merge/merge-branches.js';
import { isMarked, mergeLocks } from '../stages/merge-locks.js';
import { requestPath } from '../stages/compose-request.js';
import { pathsOfInterest } from '../stages/plan-update.js';
import { openGit, type Git, type GitHost } from './git.js';
import { keepsModes, listWorkTree, readBlobs } from './git-files.js';
import { readGitMerge, type GitMerge } from './git-merge.js';
import { findHiddenFiles, notFetched, type HiddenFiles } from './hidden-files.js';
import { withHiddenFiles } from './hidden-working-tree.js';
import { resolveRoot, statOrUndefined } from './inside.js';
import { baseFolder, decodeBase, readBase, readLock, readLockSides } from './lock-file.js';
import { decodeText, readText } from './read-file.js';
import { readWorkingTree, withoutUniformCrlf, type DiskFile } from './working-tree.js';
import { notResolved } from './write-guard.js';

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
  readonly git: Git;
  /** Of the files in the folder, those that git keeps off the disk. */
  readonly hidden: HiddenFiles;
  /** A merge of git that waits for people, with files of this folder in conflict. */
  readonly merge?: RepoMerge | undefined;
};

/** Conflicts of git, and what came of that of scaffold.yaml, if it had one and could be merged. */
export type RepoMerge = GitMerge & { readonly request: MergedRequest | undefined };

/** scaffold.yaml of both branches; `requestText` is what they come to. */
export type MergedRequest = {
  /** As it is on disk, with markers. */
  readonly text: string;
  readonly isAsGitLeft: boolean;
};

/**
 * Opens the repo in a folder.
 *
 * @throws ToolError `no-request`, `no-lock` (exit 2), and as `readLock`, `readText` and `findHiddenFiles`
 */
export async function openRepo(folder: string, host: GitHost): Promise<Repo> {
  const request = await openRequest(folder, host);
  const lock = readLock(request.root, await readHiddenText(request.hidden, lockPath));
  if (lock === undefined) throw noLock(folder);
  return { ...request, lock, disputed: [] };
}

/**
 * Opens the repo in a folder although its lock may be in conflict between two branches.
 *
 * @throws ToolError as `openRepo`
 */
export async function openMergedRepo(folder: string, host: GitHost): Promise<Repo> {
  const request = await withMerge(await openRequest(folder, host));
  const { root, hidden } = request;
  const [ours, theirs] = readLockSides(root, await readHiddenText(hidden, lockPath));
  if (ours === undefined) throw noLock(folder);
  if (theirs === undefined) return { ...request, lock: ours, disputed: [] };
  const paths = new Set([...ours.files, ...theirs.files].map(({ path }) => path));
  const disk = readWorkingTree(root, paths);
  const idOf = (path: string): string | undefined => {
    const found = disk.get(path);
    return found?.kind === 'file' ? found.side.id : undefined;
  };
  return { ...request, ...mergeLocks(ours, theirs, idOf) };
}

/**
 * Merges scaffold.yaml where git left it in conflict.
 *
 * @throws ToolError `merge-unresolved` (exit 2) where only people can decide
 */
async function withMerge(request: OpenedRequest): Promise<OpenedRequest & Pick<Repo, 'merge'>> {
  const merge = await readGitMerge(request.git);
  if (merge === undefined) return request;
  const stages = merge.unmerged.get(requestPath);
  const text = request.requestText;
  if (stages === undefined || !isMarked(text)) {
    return { ...request, merge: { ...merge, request: undefined } };
  }
  const texts = await merge.read([stages.base, stages.ours, stages.theirs]);
  const [base = '', ours, theirs] = [stages.base, stages.ours, stages.theirs].map((id) =>
    texts.get(id ?? ''),
  );
  if (ours === undefined || theirs === undefined) throw notResolved([requestPath]);
  const sides = { base, ours, theirs };
  const requestText = mergeRequests(requestPath, sides);
  if (requestText === undefined) throw notResolved([requestPath]);
  const merged = { text, isAsGitLeft: isAsGitLeft(text, sides) };
  return { ...request, requestText, merge: { ...merge, request: merged } };
}

/** A repo of which only scaffold.yaml was read. */
export type OpenedRequest = Pick<Repo, 'root' | 'requestText' | 'git' | 'hidden'>;

/**
 * The folder and its scaffold.yaml, whatever the lock looks like.
 *
 * @throws ToolError `no-request` (exit 2)
 */
export async function openRequest(folder: string, host: GitHost): Promise<OpenedRequest> {
  if (existsSync(folder)) {
    const root = resolveRoot(folder);
    const git = openGit(root, host);
    const hidden = await findHiddenFiles(git);
    const requestText = readRequest(root) ?? (await readHiddenText(hidden, requestPath));
    if (requestText !== undefined) return { root, requestText, git, hidden };
  }
  throw inputError(
    'no-request',
    `there is no scaffold.yaml in ${quote(folder)}.`,
    'Run it in the folder of a service that scaffold made; npx meshwright new service NAME makes one.',
  );
}

/** True for what is there and bears no trace of this tool: other folders and files that a glob names. */
export async function isForeign(path: string, host: GitHost): Promise<boolean> {
  const names = [requestPath, lockPath];
  if (!existsSync(path) || names.some((name) => existsSync(join(path, name)))) return false;
  if (!statSync(path).isDirectory()) return true;
  const { entries } = await findHiddenFiles(openGit(path, host));
  return !names.some((name) => entries.has(name));
}

function readRequest(root: string): string | undefined {
  const text = readText(join(root, requestPath), {
    maxBytes: MAX_REQUEST_BYTES,
    name: requestPath,
  });
  return text === undefined ? undefined : withoutUniformCrlf(text);
}

/** The text of a file that git keeps off the disk; undefined for any other. */
async function readHiddenText(hidden: HiddenFiles, path: string): Promise<string | undefined> {
  if (!hidden.entries.has(path)) return undefined;
  const bytes = (await hidden.read([path])).get(path);
  if (bytes === undefined) throw notFetched(path);
  return withoutUniformCrlf(decodeText(bytes, path));
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
export async function readRepoState(repo: Repo, trees: readonly Tree[]): Promise<RepoState> {
  const { lock, git } = repo;
  const paths = pathsOfInterest(lock, ...trees);
  const ours = await withoutStrangeModes(await readFiles(repo, paths, trees), {
    git,
    lock,
    trees,
  });
  const changed = lock.files.filter(({ path, id }) => {
    const found = ours.get(path);
    return found?.kind !== 'file' || found.side.id !== id;
  });
  const isGone = changed.some(({ path, ownership }) => ownership !== 'user' && !ours.has(path));
  const strays = isGone ? await readStrays(git, paths) : new Map<string, DiskFile>();
  return {
    ours: new Map([...ours, ...strays]),
    baseTexts: await readBases(
      repo,
      changed.map(({ id }) => id),
    ),
    candidates: [...strays].flatMap(([path, file]) =>
      file.kind === 'file' && file.side.text !== undefined
        ? [{ path, id: file.side.id, text: file.side.text }]
        : [],
    ),
  };
}

/** The files of a repo, those that git keeps off the disk included. */
async function readFiles(
  { root, lock, hidden }: Repo,
  paths: ReadonlySet<string>,
  trees: readonly Tree[],
): Promise<ReadonlyMap<string, DiskFile>> {
  const disk = readWorkingTree(root, paths);
  if (hidden.entries.size === 0) return disk;
  const known = new Set(lock.files.map(({ id }) => id));
  for (const tree of trees) for (const { text } of tree.values()) known.add(blobId(text));
  return await withHiddenFiles(disk, hidden, { paths, known });
}

/**
 * Where mode bits mean nothing every file has the mode that it should have. Git is asked only when one has
 * another.
 */
async function withoutStrangeModes(
  ours: ReadonlyMap<string, DiskFile>,
  { git, lock, trees }: { git: Git; lock: Lock; trees: readonly Tree[] },
): Promise<ReadonlyMap<string, DiskFile>> {
  const modes = new Map<string, FileMode>();
  for (const tree of trees) for (const [path, { mode }] of tree) modes.set(path, mode);
  for (const { path, mode } of lock.files) modes.set(path, mode);
  const strange = [...ours].flatMap(([path, file]) => {
    const mode = modes.get(path) ?? '644';
    if (file.kind !== 'file' || file.side.mode === mode) return [];
    return [[path, { ...file, side: { ...file.side, mode } }] as const];
  });
  if (strange.length === 0 || (await keepsModes(git))) return ours;
  return new Map([...ours, ...strange]);
}

/** Bases from `.scaffold/base/`, else from git's object store. */
export async function readBases(
  { git, hidden }: Pick<Repo, 'git' | 'hidden'>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  const missing: string[] = [];
  for (const id of new Set(ids)) {
    const bytes = readBase(git.root, id);
    if (bytes === undefined) missing.push(id);
    else texts.set(id, decodeText(bytes, `.scaffold/base/${id}`));
  }
  const stored = await hidden.read(missing.map((id) => `${baseFolder}/${id}`));
  for (const [path, bytes] of stored) {
    const id = path.slice(baseFolder.length + 1);
    const base = decodeBase(id, bytes);
    if (base !== undefined) texts.set(id, decodeText(base, path));
  }
  const lost = missing.filter((id) => !texts.has(id));
  for (const [id, bytes] of await readBlobs(git, lost)) texts.set(id, bytes.toString('utf8'));
  return texts;
}

/** Files that neither the lock nor a tree knows: one of them may be a file that people moved. */
async function readStrays(
  git: Git,
  known: ReadonlySet<string>,
): Promise<ReadonlyMap<string, DiskFile>> {
  const { root } = git;
  const paths = ((await listWorkTree(git)) ?? [])
    .filter((path) => !known.has(path) && !path.startsWith('.scaffold/') && isSmall(root, path))
    .slice(0, MAX_CANDIDATES);
  return readWorkingTree(root, paths);
}

function isSmall(root: string, path: string): boolean {
  const stat = statOrUndefined(join(root, path));
  return stat?.isFile() === true && stat.size <= MAX_CANDIDATE_BYTES;
}
