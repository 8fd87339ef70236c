import type { Catalog } from '../model/catalog.js';
import type { Lock, LockFile } from '../model/lock.js';
import type { OurFile } from '../model/merge.js';
import { composeLock } from './compose-lock.js';
import type { ComposedService } from './compose-service.js';
import { findRenames } from './merge/find-renames.js';

export type RebuildInput = {
  /** Entries of the damaged lock that can still be read. */
  readonly salvaged: readonly LockFile[];
  /** Version that it named; undefined when that is lost. */
  readonly version: string | undefined;
  readonly service: ComposedService;
  readonly ours: ReadonlyMap<string, OurFile>;
  /** What `.scaffold/base` still holds, by id. */
  readonly bases: ReadonlyMap<string, string>;
};

export type RebuiltLock = {
  readonly lock: Lock;
  /** Edited files of which nobody knows any more what was generated: their contents count as people's edits. */
  readonly unknown: readonly string[];
  /** Files that are not there, deleted or never written: the next update writes them. */
  readonly absent: readonly string[];
};

/**
 * Recomputes a lock: what of the old one can be read, what stands on disk as the template has it, and, for
 * edited files, the base that resembles the template most.
 */
export function rebuildLock(input: RebuildInput, catalog: Catalog): RebuiltLock {
  const { salvaged, version, service, ours, bases } = input;
  const fresh = composeLock(catalog.version, service.document, service.tree);
  const kept = new Map(salvaged.map((file) => [file.path, file]));
  const lost = fresh.files.filter(({ path }) => !kept.has(path));
  const idOf = (path: string): string | undefined => {
    const found = ours.get(path);
    return found?.kind === 'file' ? found.side.id : undefined;
  };
  const edited = lost.filter(({ path, id }) => ours.has(path) && idOf(path) !== id);
  const baseOf = findRenames(
    edited.map(({ path, id }) => ({ path, id, text: service.tree.get(path)?.text ?? '' })),
    [...bases].map(([id, text]) => ({ path: id, id, text })),
  );
  const recomputed = lost
    .filter(({ path }) => ours.has(path))
    .map((file) => ({ ...file, id: baseOf.get(file.path) ?? file.id }));
  const files = [...kept.values(), ...recomputed].sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    lock: { ...fresh, version: version ?? catalog.version, files },
    unknown: edited
      .filter(({ path, ownership }) => ownership !== 'seeded' && !baseOf.has(path))
      .map(({ path }) => path),
    absent: lost.filter(({ path }) => !ours.has(path)).map(({ path }) => path),
  };
}
