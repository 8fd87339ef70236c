import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname, join, sep } from 'node:path';

import { inputError } from '../model/errors.js';
import { findPathProblem } from '../model/output-path.js';
import { quote } from '../model/text.js';
import { contentId } from './content-id.js';
import { fileError } from './file-error.js';
import { readProjectFile } from './read-file.js';

/**
 * Paths on disk that are sure to lie inside a project. Nothing below the root may be reached through a
 * symbolic link, not even one that stays inside: two names of one file would hide each other's changes.
 * The root itself may be reached through links; it is resolved once.
 */

/** @throws ToolError exit 2 when the path could leave the project or is no good on some system */
export function requirePath(path: string): void {
  const problem = findPathProblem(path);
  if (problem === undefined) return;
  throw inputError(
    'unsafe-path',
    `${quote(path)} must not be written: it ${problem}.`,
    'Correct the path where it is declared.',
  );
}

/** The project's folder with every link resolved. @throws ToolError exit 6 when it is not there */
export function resolveRoot(root: string): string {
  try {
    return realpathSync.native(root);
  } catch (error) {
    throw fileError(error, 'open', root);
  }
}

/**
 * Resolves a path below a resolved root as it is on disk now. Call it right before each use: a link may
 * have been put in place since the last time. Whoever reads many files at one moment passes the folders
 * that were found good at that moment; they are added to.
 *
 * @throws ToolError exit 2 when a folder on the way is a symbolic link or a file
 */
export function resolveInside(root: string, path: string, good = new Set<string>()): string {
  requirePath(path);
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    const above = path.slice(0, end);
    if (good.has(above)) continue;
    const folder = join(root, above);
    const stat = statOrUndefined(folder);
    if (stat === undefined) break;
    if (!stat.isDirectory()) throw notAFolder(root, folder, path, stat);
    good.add(above);
  }
  return join(root, path);
}

function notAFolder(root: string, folder: string, path: string, stat: Stats): Error {
  const shown = quote(folder.slice(root.length + 1).replaceAll(sep, '/'));
  return stat.isSymbolicLink()
    ? inputError(
        'symbolic-link',
        `${quote(path)} must not be written: ${shown} is a symbolic link.`,
        'Replace the link by a folder; nothing is written through links.',
      )
    : inputError(
        'folder-expected',
        `${quote(path)} must not be written: ${shown} is a file where a folder must be.`,
        'Move that file away, then run again.',
      );
}

/** What stands at a path, the last segment not followed. */
export type OnDisk =
  | { readonly kind: 'absent' }
  | { readonly kind: 'file'; readonly id: string; readonly executable: boolean }
  | { readonly kind: 'other'; readonly what: 'symbolic link' | 'folder' | 'special file' };

/** Looks at a file: its bytes as a blob id, or what stands there instead. @throws ToolError exit 2 above 64 MiB, or 6 */
export function look(path: string, shown: string): OnDisk {
  try {
    const stat = statOrUndefined(path);
    if (stat === undefined) return { kind: 'absent' };
    if (stat.isFile()) {
      const executable = (stat.mode & 0o100) !== 0;
      return { kind: 'file', id: contentId(readProjectFile(path, shown)), executable };
    }
    if (stat.isSymbolicLink()) return { kind: 'other', what: 'symbolic link' };
    return { kind: 'other', what: stat.isDirectory() ? 'folder' : 'special file' };
  } catch (error) {
    throw fileError(error, 'read', shown);
  }
}

/** lstat, or undefined when nothing is there. */
export function statOrUndefined(path: string): Stats | undefined {
  return lstatSync(path, { throwIfNoEntry: false });
}

/** The folders above a path, outermost first, without the root: `a/b/c` gives `a`, `a/b`. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = dirname(path); folder !== '.'; folder = dirname(folder))
    folders.unshift(folder);
  return folders;
}
