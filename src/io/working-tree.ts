import { readFileSync } from 'node:fs';

import type { OurFile } from '../model/merge.js';
import { contentId } from './content-id.js';
import { fileError } from './file-error.js';
import { resolveInside, resolveRoot, statOrUndefined } from './inside.js';

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
 * @param options.ignoreModes true where the file system or git keeps no mode bits: all files are 644
 * @throws ToolError exit 2 for paths that leave the project, 6 when a file cannot be read
 */
export function readWorkingTree(
  root: string,
  paths: Iterable<string>,
  options: { readonly ignoreModes?: boolean } = {},
): Map<string, DiskFile> {
  const resolved = resolveRoot(root);
  const files = new Map<string, DiskFile>();
  for (const path of paths) {
    const file = readDiskFile(resolved, path, options.ignoreModes === true);
    if (file !== undefined) files.set(path, file);
  }
  return files;
}

function readDiskFile(root: string, path: string, ignoreModes: boolean): DiskFile | undefined {
  const full = resolveInside(root, path);
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
    const bytes = readFileSync(full);
    const mode = !ignoreModes && (stat.mode & 0o100) !== 0 ? '755' : '644';
    const text = decode(bytes);
    const crlf = text !== undefined && hasUniformCrlf(text);
    const normal = crlf ? text.replaceAll('\r\n', '\n') : text;
    const bytesId = contentId(bytes);
    const id = crlf && normal !== undefined ? contentId(Buffer.from(normal)) : bytesId;
    return { kind: 'file', side: { id, mode, text: normal }, bytesId, crlf };
  } catch (error) {
    throw fileError(error, 'read', path);
  }
}

/** The text of bytes, or undefined when they are none. A byte order mark stays: it is the user's. */
function decode(bytes: Uint8Array): string | undefined {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function hasUniformCrlf(text: string): boolean {
  return text.includes('\r\n') && !/(?<!\r)\n/.test(text) && !/\r(?!\n)/.test(text);
}
