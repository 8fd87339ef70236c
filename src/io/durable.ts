import {
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

import { hasCode } from './file-error.js';

/** How many files the disk is asked to keep at once: libuv syncs four at a time, more only cost handles. */
const LANES = 8;

export type DurableWriter = {
  /** Creates a file that must not exist. */
  readonly write: (path: string, content: string | Uint8Array, permissions: number) => void;
  /** Asks the disk to keep the entries of a folder. */
  readonly syncFolder: (path: string) => void;
};

/**
 * Writes many small files and then has the disk keep all of them at once. To create a file while another is
 * synced waits for the file system's journal.
 *
 * @param work writes; everything that it wrote is on disk for certain when the promise is fulfilled
 * @throws what the work threw, or the first error of the disk
 */
export async function writeDurably(
  work: (writer: DurableWriter) => void | Promise<void>,
): Promise<void> {
  const paths: string[] = [];
  await work({
    write: (path, content, permissions) => {
      writeFileSync(path, content, { flag: 'wx', mode: permissions });
      paths.push(path);
    },
    syncFolder: (path) => {
      // Windows cannot open a folder, and keeps its entries without being asked.
      if (process.platform !== 'win32') paths.push(path);
    },
  });
  await syncAll(paths);
}

async function syncAll(paths: readonly string[]): Promise<void> {
  const queue = paths.values();
  const late: string[] = [];
  const lane = async (): Promise<void> => {
    for (const path of queue) {
      try {
        await syncFile(path);
      } catch (error) {
        if (!hasCode(error, 'EMFILE', 'ENFILE')) throw error;
        late.push(path); // the other lanes hold the last handles
      }
    }
  };
  // All lanes end before an error is told, so that nothing is open when the caller undoes its work.
  const lanes = await Promise.allSettled(Array.from({ length: LANES }, lane));
  for (const ended of lanes) if (ended.status === 'rejected') throw ended.reason;
  for (const path of late) await syncFile(path);
}

/** Waits until the disk has a file or a folder. */
function syncFile(path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // Windows syncs only what is open for writing.
    const file = openSync(path, process.platform === 'win32' ? 'r+' : 'r');
    fsync(file, (error) => {
      closeSync(file);
      if (error === null || isUnsupported(error)) resolve();
      else reject(error);
    });
  });
}

/** Some file systems (FUSE, network) have no fsync for folders. */
function isUnsupported(error: unknown): boolean {
  return hasCode(error, 'EINVAL', 'ENOTSUP', 'EOPNOTSUPP');
}

/** Replaces a small file whole or not at all; on disk for certain when this returns. */
export function replaceDurably(path: string, text: string): void {
  const file = openSync(`${path}.part`, 'w', 0o666);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.part`, path);
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } catch (error) {
    if (!isUnsupported(error)) throw error;
  } finally {
    closeSync(folder);
  }
}

/**
 * Makes a folder and those above it. Node's own `recursive` reports a read-only disk as ENOENT.
 *
 * @returns those that were made, outermost first
 */
export function makeFolders(path: string): readonly string[] {
  try {
    mkdirSync(path);
    return [path];
  } catch (error) {
    if (hasCode(error, 'ENOENT') && dirname(path) !== path) {
      return [...makeFolders(dirname(path)), ...makeFolders(path)];
    }
    if (hasCode(error, 'EEXIST') && statSync(path).isDirectory()) return [];
    // Above a read-only root the system says EROFS even for a folder that is there.
    if (hasCode(error, 'EROFS', 'EPERM', 'EACCES') && existsSync(path)) return [];
    throw error;
  }
}
