import { driftStatuses, type DriftedFile, type DriftStatus } from '../model/drift.js';
import { blobId, type LockFile } from '../model/lock.js';
import type { OurFile } from '../model/merge.js';
import type { Ownership } from '../model/ownership.js';
import type { Tree } from '../model/tree.js';
import { isMarked } from './merge-locks.js';

export type Version = {
  readonly id: string;
  readonly mode: string;
  readonly ownership: Ownership | 'user';
};

export type CompareInput = {
  readonly recorded: readonly LockFile[];
  readonly ours: ReadonlyMap<string, OurFile>;
  /** Where people moved files to: old path to new path. */
  readonly renames: ReadonlyMap<string, string>;
  /** The request of the lock, rendered by the installed version. */
  readonly applied: ReadonlyMap<string, Version>;
  /** scaffold.yaml, rendered by the installed version. */
  readonly wanted: ReadonlyMap<string, Version>;
};

/**
 * Compares a repo with what it was written from. One row for each path and status, sorted by the path at which the tool
 * wrote it; a file can
 * be both modified and outdated. Seeded and user files are nobody's business but the user's;
 * one that the template brings anew is outdated until it is written.
 */
export function compare({
  recorded,
  ours,
  renames,
  applied,
  wanted,
}: CompareInput): readonly DriftedFile[] {
  const locked = new Map(recorded.map((file) => [file.path, file]));
  const paths = new Set([...locked.keys(), ...applied.keys(), ...wanted.keys()]);
  return [...paths].sort().flatMap((path) => {
    const record = locked.get(path);
    const at = renames.get(path) ?? path;
    const statuses = new Set<DriftStatus>();
    if (record !== undefined && isTracked(record)) {
      const edit = statusOfEdit(record, ours.get(at));
      if (edit !== undefined) statuses.add(edit);
    }
    const owned = record === undefined || isTracked(record);
    const [before, after] = [applied, wanted].map((tree) => withoutSeeded(tree.get(path), record));
    if (owned && !isSame(record, before)) statuses.add('outdated');
    if (owned && !isSame(before, after)) statuses.add('unapplied');
    return driftStatuses
      .filter((status) => statuses.has(status))
      .map((status) => ({ path: at, status }));
  });
}

/** The id and mode of each file of a tree. */
export function versionsOf(tree: Tree): Map<string, Version> {
  return new Map(
    [...tree].map(([path, { text, mode, ownership }]) => [
      path,
      { id: blobId(text), mode, ownership },
    ]),
  );
}

/** A seeded file is people's own once it is written, and never drifts from then on. */
function withoutSeeded(
  version: Version | undefined,
  record: LockFile | undefined,
): Version | undefined {
  return version?.ownership === 'seeded' && record !== undefined ? undefined : version;
}

function isTracked({ ownership }: LockFile): boolean {
  return ownership === 'managed' || ownership === 'composed';
}

function statusOfEdit(record: LockFile, ours: OurFile | undefined): DriftStatus | undefined {
  if (ours === undefined) return 'missing';
  if (ours.kind === 'blocked') return 'modified';
  if (isSame(record, ours.side)) return undefined;
  return isMarked(ours.side.text ?? '') ? 'unresolved' : 'modified';
}

function isSame(
  a: Pick<Version, 'id' | 'mode'> | undefined,
  b: Pick<Version, 'id' | 'mode'> | undefined,
): boolean {
  return a?.id === b?.id && a?.mode === b?.mode;
}
