import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { readText } from './read-file.js';

/** A file `.git` holds one path. */
const MAX_LINK_BYTES = 65_536;

/** The folder above, or the folder itself, that holds `.git`: spares a run of git where there is none. */
export function findGitTop(folder: string): string | undefined {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}

/**
 * Whether the index of a repository can mark a path as skip-worktree. Git writes version 2 of the format when no
 * entry carries that flag, so that the answer costs eight bytes and no process. True when in doubt.
 *
 * @param top the folder that holds `.git`
 */
export function mayHideFiles(top: string): boolean {
  try {
    const folder = gitFolderOf(top);
    const header = readHeader(join(folder, 'index'));
    if (header === undefined) return false;
    if (header.toString('latin1', 0, 4) !== 'DIRC' || header.readUInt32BE(4) !== 2) return true;
    // A split index keeps most of its entries elsewhere.
    return readdirSync(folder).some((name) => name.startsWith('sharedindex.'));
  } catch {
    return true;
  }
}

/** `.git` is a folder, or in worktrees and submodules a file that names it. */
function gitFolderOf(top: string): string {
  const path = join(top, '.git');
  if (statSync(path).isDirectory()) return path;
  const [, named = '.git'] =
    /^gitdir: (.+)$/m.exec(readText(path, { maxBytes: MAX_LINK_BYTES }) ?? '') ?? [];
  return resolve(top, named);
}

/** @returns undefined where nothing is staged yet */
function readHeader(path: string): Buffer | undefined {
  if (!existsSync(path)) return undefined;
  // A pipe must not make us wait for a writer.
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!fstatSync(file).isFile()) throw new Error(`${path} is no file`);
    const bytes = Buffer.alloc(8);
    readSync(file, bytes, 0, 8, 0);
    return bytes;
  } finally {
    closeSync(file);
  }
}
