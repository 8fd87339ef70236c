import type { Change } from '../io/change.js';
import { findHostFiles } from '../io/host-files.js';
import { readWorkingTree, type DiskFile } from '../io/working-tree.js';
import type { LockFile } from '../model/lock.js';
import { blobId } from '../model/lock.js';
import type { ComposedService } from '../stages/compose-service.js';
import { keepTheirs } from '../stages/keep-theirs.js';

const ignorePath = '.gitignore';

/** A service as it is written into a folder that holds what a host made. */
export type BesideTheirs = {
  readonly service: ComposedService;
  /** Paths of theirs that stay in the place of ours. */
  readonly kept: readonly string[];
  /** Their entries in the lock. */
  readonly users: readonly LockFile[];
  /** What changes in files of theirs: lines that are added to .gitignore. */
  readonly changes: readonly Change[];
};

/** Settles a new service with what the folder holds; reads only. */
export function settleBeside(root: string, service: ComposedService): BesideTheirs {
  const present = findHostFiles(root).made;
  if (present.length === 0) return { service, kept: [], users: [], changes: [] };
  const disk = readWorkingTree(root, present);
  const text = textOf(disk.get(ignorePath));
  const { tree, kept, ignore } = keepTheirs(service.tree, present, text);
  const changes = ignore === undefined ? [] : [changeIgnore(disk.get(ignorePath), ignore)];
  const users = kept.flatMap((path): LockFile[] => {
    const file = disk.get(path);
    if (file?.kind !== 'file') return [];
    const { mode } = file.side;
    const id = path === ignorePath && ignore !== undefined ? blobId(ignore) : file.side.id;
    return [{ path, id, mode, ownership: 'user', capabilities: [] }];
  });
  return { service: { ...service, tree }, kept, users, changes };
}

function textOf(file: DiskFile | undefined): string | undefined {
  return file?.kind === 'file' ? file.side.text : undefined;
}

function changeIgnore(file: DiskFile | undefined, text: string): Change {
  if (file?.kind !== 'file' || file.bytesId === undefined)
    throw new Error('no .gitignore is there');
  return {
    kind: 'write',
    path: ignorePath,
    content: file.crlf ? text.replaceAll('\n', '\r\n') : text,
    mode: file.side.mode,
    before: { id: file.bytesId },
  };
}
