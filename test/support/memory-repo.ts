import type { Catalog } from '../../src/model/catalog.js';
import { blobId, type Lock } from '../../src/model/lock.js';
import type { MergedFile, OurFile } from '../../src/model/merge.js';
import type { FileMode, Tree } from '../../src/model/tree.js';
import { compare, versionsOf } from '../../src/stages/compare.js';
import { composeLock } from '../../src/stages/compose-lock.js';
import { requestPath } from '../../src/stages/compose-request.js';
import { composeTree, type ComposedService } from '../../src/stages/compose-service.js';
import { planUpdate, type UpdatePlan } from '../../src/stages/plan-update.js';

type DiskFile = { readonly text: string; readonly mode: FileMode };

/** A repo without a disk: what the tool wrote, what is there now, and the bases in between. */
export type MemoryRepo = {
  readonly lock: Lock;
  readonly disk: ReadonlyMap<string, DiskFile>;
  readonly bases: ReadonlyMap<string, string>;
};

const composed = new Map<string, ComposedService>();

/** `composeTree`, remembered: properties ask for the same few trees a thousand times. */
export function compose(text: string, catalog: Catalog): ComposedService {
  const known = composed.get(text) ?? composeTree(text, catalog);
  composed.set(text, known);
  return known;
}

/** A repo as `new` leaves it. */
export function createRepo(text: string, catalog: Catalog): MemoryRepo {
  const { tree, document } = compose(text, catalog);
  return {
    lock: composeLock(catalog.version, document, tree),
    disk: new Map(tree),
    bases: basesOf(tree),
  };
}

/** What an update to another scaffold.yaml would do. */
export function planFor(repo: MemoryRepo, text: string, catalog: Catalog): UpdatePlan {
  const { tree, document } = compose(text, catalog);
  const known = new Set([...repo.lock.files.map(({ path }) => path), ...tree.keys()]);
  return planUpdate(
    {
      lock: repo.lock,
      baseTexts: repo.bases,
      ours: new Map([...repo.disk].map(([path, file]) => [path, ourFile(file)])),
      candidates: [...repo.disk].flatMap(([path, { text: content }]) =>
        known.has(path) ? [] : [{ path, id: blobId(content), text: content }],
      ),
      theirs: tree,
      document,
    },
    catalog,
  );
}

/** The repo after that update; scaffold.yaml is the new one. */
export function updateRepo(repo: MemoryRepo, text: string, catalog: Catalog): MemoryRepo {
  const { tree } = compose(text, catalog);
  const { files, lock } = planFor(repo, text, catalog);
  const disk = new Map(repo.disk);
  for (const file of files) apply(disk, file);
  disk.set(requestPath, { text, mode: '644' });
  return { lock, disk, bases: basesOf(tree) };
}

/** The repo after people edited it. */
export function editRepo(
  repo: MemoryRepo,
  edit: (disk: Map<string, DiskFile>) => void,
): MemoryRepo {
  const disk = new Map(repo.disk);
  edit(disk);
  return { ...repo, disk };
}

/** What `drift` says of it, for a scaffold.yaml. */
export function driftOf(repo: MemoryRepo, text: string, catalog: Catalog): readonly string[] {
  const wanted = versionsOf(compose(text, catalog).tree);
  return compare({
    recorded: repo.lock.files,
    ours: new Map([...repo.disk].map(([path, file]) => [path, ourFile(file)])),
    renames: new Map(),
    applied: wanted,
    wanted,
  }).map(({ path, status }) => `${status} ${path}`);
}

function apply(disk: Map<string, DiskFile>, { path, action }: MergedFile): void {
  switch (action.kind) {
    case 'keep':
      return;
    case 'delete':
      disk.delete(path);
      return;
    case 'create':
    case 'update':
    case 'merge':
      disk.set(path, { text: action.text, mode: action.mode });
      return;
    case 'conflict':
      disk.set(action.leaves.kind === 'beside' ? action.leaves.path : path, {
        text: action.leaves.text,
        mode: '644',
      });
  }
}

function ourFile({ text, mode }: DiskFile): OurFile {
  return { kind: 'file', side: { id: blobId(text), mode, text } };
}

function basesOf(tree: Tree): Map<string, string> {
  return new Map([...tree.values()].map(({ text }) => [blobId(text), text]));
}
