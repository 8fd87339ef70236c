import type { Catalog } from '../model/catalog.js';
import { blobId, type Lock } from '../model/lock.js';
import type { BaseFile, MergedFile, OurFile, TheirFile } from '../model/merge.js';
import type { RequestDocument } from '../model/request.js';
import type { Tree } from '../model/tree.js';
import type { Version } from './compare.js';
import { composeLock } from './compose-lock.js';
import { requestPath } from './compose-request.js';
import { findRenames, type Candidate } from './merge/find-renames.js';
import { merge } from './merge/merge.js';

export type UpdateInput = {
  readonly lock: Lock;
  /** Contents of recorded ids, as far as they are known. */
  readonly baseTexts: ReadonlyMap<string, string>;
  readonly ours: ReadonlyMap<string, OurFile>;
  /** Texts at paths that neither the lock nor the template knows: where files may have moved to. */
  readonly candidates: readonly Candidate[];
  /** The wanted tree, scaffold.yaml among it. */
  readonly theirs: Tree;
  /** scaffold.yaml as data, as it will be applied. */
  readonly document: RequestDocument;
};

export type UpdatePlan = {
  readonly files: readonly MergedFile[];
  /** Those of `files` that people must decide. */
  readonly conflicts: readonly MergedFile[];
  /** Where people moved files to: old path to new path. */
  readonly renames: ReadonlyMap<string, string>;
  /** The lock once no conflict is left. Its ids are what the template wants: the base of the next merge. */
  readonly lock: Lock;
};

/** Decides what an update does to a repo: one path for add, remove, update and drift. */
export function planUpdate(input: UpdateInput, catalog: Catalog): UpdatePlan {
  const base = baseFiles(input);
  const renames = findOurRenames(input);
  const files = merge({
    base,
    ours: input.ours,
    theirs: theirFiles(input.theirs),
    templateRenames: templateRenames(input.theirs, base),
    ourRenames: renames,
  });
  return {
    files,
    conflicts: files.filter(({ action }) => action.kind === 'conflict'),
    renames,
    lock: nextLock(input, files, catalog),
  };
}

/**
 * True when the template wants what the lock records, and every file of it is there: whatever people edited,
 * a plan would keep it all, and find neither conflicts nor renames.
 *
 * @param wanted ids of the wanted tree
 */
export function isSettled(
  { lock, ours }: Pick<UpdateInput, 'lock' | 'ours'>,
  wanted: ReadonlyMap<string, Version>,
): boolean {
  const isRecorded = lock.files.every(({ path, id, mode, ownership }) => {
    if (ours.get(path)?.kind !== 'file') return false;
    const version = wanted.get(path);
    if (path === requestPath) return version !== undefined;
    if (ownership === 'user') return version === undefined;
    return version?.id === id && version.mode === mode && version.ownership === ownership;
  });
  return isRecorded && wanted.size === lock.files.filter(({ path }) => wanted.has(path)).length;
}

/** Paths whose contents on disk an update must know. */
export function pathsOfInterest(lock: Lock, ...trees: readonly Tree[]): ReadonlySet<string> {
  return new Set([
    ...lock.files.map(({ path }) => path),
    ...trees.flatMap((tree) => [...tree.keys()]),
  ]);
}

function baseFiles({ lock, baseTexts, ours }: UpdateInput): Map<string, BaseFile> {
  return new Map(
    lock.files.map(({ path, id, mode, ownership }) => {
      const found = ours.get(path);
      const unchanged =
        found?.kind === 'file' && found.side.id === id ? found.side.text : undefined;
      return [path, { id, mode, ownership, text: unchanged ?? baseTexts.get(id) }];
    }),
  );
}

function theirFiles(tree: Tree): Map<string, TheirFile> {
  return new Map(
    [...tree].map(([path, { text, mode, ownership }]) => [
      path,
      { id: blobId(text), mode, text, ownership },
    ]),
  );
}

function templateRenames(tree: Tree, base: ReadonlyMap<string, BaseFile>): Map<string, string> {
  return new Map(
    [...tree].flatMap(([path, { was }]) => {
      const from = base.has(path) ? undefined : was.find((old) => base.has(old) && !tree.has(old));
      return from === undefined ? [] : [[path, from] as const];
    }),
  );
}

function findOurRenames({
  lock,
  ours,
  baseTexts,
  candidates,
}: UpdateInput): ReadonlyMap<string, string> {
  const vanished = lock.files.flatMap(({ path, id }) => {
    const text = ours.has(path) ? undefined : baseTexts.get(id);
    return text === undefined ? [] : [{ path, id, text }];
  });
  return vanished.length === 0 ? new Map() : findRenames(vanished, candidates);
}

/** Everything that the template wants, and the user's own files that an adopted repo lists. */
function nextLock(
  { lock, theirs, document }: UpdateInput,
  files: readonly MergedFile[],
  catalog: Catalog,
): Lock {
  const next = composeLock(catalog.version, document, theirs);
  const listed = new Set(next.files.map(({ path }) => path));
  const gone = new Set(
    files.filter(({ action }) => action.kind === 'delete').map(({ path }) => path),
  );
  const users = lock.files.filter(
    ({ path, ownership }) => ownership === 'user' && !listed.has(path) && !gone.has(path),
  );
  return { ...next, files: [...next.files, ...users].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
