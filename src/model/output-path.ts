import { hasInvisible } from './text.js';

/**
 * The grammar of paths that the tool writes, and of paths that the lock names: relative, `/` between
 * segments, in one spelling that is the same file on every system. Paths come from packs and from the
 * lock, which are untrusted input.
 */

/** Longest segment that file systems take, in UTF-8 bytes. */
const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 1_024;

/** Device names that Windows reserves, whatever follows the first dot. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;

/** `.git` and the 8.3 names that NTFS gives it and its like. */
const GIT_FOLDER = /^(?:\.git|[^.~]{1,6}~\d+)(?:\.|$)/i;

/** Characters that Windows refuses, that separate there, or that a decoder could turn into one that does. */
const UNPORTABLE = /[\\:*?"<>|%]/;

/**
 * Says why a path must not be written.
 *
 * @returns the reason, to stand after the quoted path in a message; undefined when the path is good
 */
export function findPathProblem(path: string): string | undefined {
  if (path === '') return 'is empty';
  if (hasInvisible(path)) return 'holds a control or invisible character';
  if (path.normalize('NFC') !== path) return 'is not in Unicode normal form C';
  if (path.startsWith('/') || path.startsWith('~')) return 'is not relative to the project';
  if (UNPORTABLE.test(path)) return 'holds one of \\ : * ? " < > | %';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `is longer than ${MAX_PATH_BYTES} bytes`;
  for (const segment of path.split('/')) {
    const problem = findSegmentProblem(segment);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function findSegmentProblem(segment: string): string | undefined {
  if (segment === '') return 'holds an empty segment';
  if (segment === '.' || segment === '..') return `holds "${segment}"`;
  if (/^[ -]/.test(segment)) return 'holds a segment that starts with a space or "-"';
  if (/[ .]$/.test(segment)) return 'holds a segment that ends with a space or "."';
  if (WINDOWS_DEVICE.test(segment)) return `holds a name that Windows reserves ("${segment}")`;
  if (GIT_FOLDER.test(segment)) return `reaches into git's own folder ("${segment}")`;
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) {
    return `holds a segment longer than ${MAX_SEGMENT_BYTES} bytes`;
  }
  return undefined;
}

export type PathClash = {
  readonly first: string;
  readonly second: string;
  readonly reason: string;
};

/**
 * Finds two paths of one tree that some file system cannot hold side by side: equal but for case or
 * Unicode form (folders included), or a file where the other needs a folder.
 *
 * @param paths good ones, as {@link findPathProblem} says
 */
export function findPathClash(paths: Iterable<string>): PathClash | undefined {
  const seen = new Map<string, { spelling: string; path: string; kind: 'file' | 'folder' }>();
  for (const path of paths) {
    let end = path.indexOf('/');
    for (;;) {
      const spelling = end === -1 ? path : path.slice(0, end);
      const kind = end === -1 ? 'file' : 'folder';
      const other = seen.get(fold(spelling));
      if (other === undefined) {
        seen.set(fold(spelling), { spelling, path, kind });
      } else {
        const reason = clashReason(other, { spelling, kind });
        if (reason !== undefined) return { first: other.path, second: path, reason };
      }
      if (end === -1) break;
      end = path.indexOf('/', end + 1);
    }
  }
  return undefined;
}

type Entry = { readonly spelling: string; readonly kind: 'file' | 'folder' };

function clashReason(one: Entry, two: Entry): string | undefined {
  if (one.spelling !== two.spelling) return 'equal but for case or Unicode form';
  if (one.kind !== two.kind) return 'one is a file where the other needs a folder';
  return one.kind === 'file' ? 'the same file twice' : undefined;
}

/** Case-insensitive file systems fold by full Unicode mappings: upper first, so that "ß" meets "ss". */
function fold(text: string): string {
  return text.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
