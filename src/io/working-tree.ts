import { isUtf8 } from 'node:buffer';

import type { OurFile } from '../model/merge.js';
import type { FileMode } from '../model/tree.js';
import { contentId } from './content-id.js';
import { fileError } from './file-error.js';
import { resolveInside, resolveRoot, statOrUndefined } from './inside.js';
import { readProjectFile } from './read-file.js';

/** A file as it is on disk, beside what a merge needs to know of it. */
export type DiskFile = OurFile & {
  /** Id of the bytes as they are: what a change must still find there. */
  readonly bytesId: string | undefined;
  /** True when every line ends with CR LF: what is written back does so too. */
  readonly crlf: boolean;
};

/**
 * Reads what stands at paths of a project. Uniform CRLF is read as LF; absent paths are left out.
 *
 * @throws ToolError exit 2 for paths that leave the project, 6 when a file cannot be read
 */
export function readWorkingTree(root: string, paths: Iterable<string>): Map<string, DiskFile> {
  const resolved = resolveRoot(root);
  const files = new Map<string, DiskFile>();
  const goodFolders = new Set<string>();
  for (const path of paths) {
    const file = readDiskFile(resolveInside(resolved, path, goodFolders), path);
    if (file !== undefined) files.set(path, file);
  }
  return files;
}

function readDiskFile(full: string, path: string): DiskFile | undefined {
  try {
    const stat = statOrUndefined(full);
    if (stat === undefined) return undefined;
    if (!stat.isFile()) {
      const what = stat.isSymbolicLink()
        ? 'symbolic link'
        : stat.isDirectory()
          ? 'folder'
          : 'special file';
      return { kind: 'blocked', what, bytesId: undefined, crlf: false };
    }
    return describeFile(readProjectFile(full, path), (stat.mode & 0o100) !== 0 ? '755' : '644');
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** A file with these bytes. */
export function describeFile(bytes: Buffer, mode: FileMode): DiskFile {
  const text = decode(bytes);
  const crlf = text !== undefined && hasUniformCrlf(text);
  const normal = text === undefined ? undefined : withoutUniformCrlf(text);
  const bytesId = contentId(bytes);
  const id = crlf && normal !== undefined ? contentId(Buffer.from(normal)) : bytesId;
  return { kind: 'file', side: { id, mode, text: normal }, bytesId, crlf };
}

/** The text of bytes, or undefined when they are none. A byte order mark stays: it is the user's. */
function decode(bytes: Buffer): string | undefined {
  return bytes.includes(0) || !isUtf8(bytes) ? undefined : bytes.toString('utf8');
}

/** A text whose lines all end with CRLF, as LF; any other as it is. */
export function withoutUniformCrlf(text: string): string {
  return hasUniformCrlf(text) ? text.replaceAll('\r\n', '\n') : text;
}

function hasUniformCrlf(text: string): boolean {
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text) && !/\r(?!\n)/.test(text);
}
