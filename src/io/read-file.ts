import { isUtf8 } from 'node:buffer';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { fileError, hasCode } from './file-error.js';

const BYTE_ORDER_MARK = '\ufeff';

export type ReadOptions = {
  /** Largest size that is read, in bytes. */
  readonly maxBytes: number;
  /** How messages name the file; the path when left out. */
  readonly name?: string;
  /** Refuse a symbolic link as the last segment. */
  readonly noFollow?: boolean;
};

/**
 * Reads a file that a person wrote: regular, bounded, UTF-8 (a byte order mark is dropped).
 *
 * @returns undefined when there is no such file
 * @throws ToolError exit 2 when it is no regular file, too large or not UTF-8; exit 6 when it cannot be read
 */
export function readText(path: string, options: ReadOptions): string | undefined {
  const bytes = readBounded(path, options);
  return bytes === undefined ? undefined : decodeText(bytes, options.name ?? path);
}

/** Files that the tool merges are texts of people and templates; more than this is something else. */
const MAX_PROJECT_BYTES = 64 * 1_048_576;

/**
 * The bytes of a file of a project that is known to be there.
 *
 * @throws ToolError exit 2 above 64 MiB, 6 when it cannot be read
 */
export function readProjectFile(path: string, name: string): Buffer {
  const bytes = readBounded(path, { maxBytes: MAX_PROJECT_BYTES, name, noFollow: true });
  if (bytes === undefined) throw fileError(goneError(path), 'read', name);
  return bytes;
}

function goneError(path: string): Error {
  return Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT', syscall: 'open' });
}

/** Like {@link readText}, without decoding. */
export function readBounded(path: string, options: ReadOptions): Buffer | undefined {
  const name = (): string => quote(options.name ?? path);
  let file: number;
  try {
    // O_NONBLOCK: opening a pipe must not wait for a writer.
    const link = options.noFollow === true ? constants.O_NOFOLLOW : 0;
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | link);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (hasCode(error, 'ELOOP')) {
      throw inputError('symbolic-link', `${name()} is a symbolic link.`, 'Replace it by the file.');
    }
    // A socket cannot be opened at all.
    if (hasCode(error, 'ENXIO', 'EOPNOTSUPP')) throw notAFile(name());
    throw fileError(error, 'read', options.name ?? path);
  }
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw notAFile(name());
    if (stat.size > options.maxBytes) throw tooLarge(name(), options.maxBytes);
    return readAll(file, stat.size, () => tooLarge(name(), options.maxBytes));
  } catch (error) {
    throw fileError(error, 'read', options.name ?? path);
  } finally {
    closeSync(file);
  }
}

function notAFile(name: string): Error {
  return inputError('not-a-file', `${name} is not a regular file.`, 'Replace it by a file.');
}

/** Reads what fstat promised; a file that grows meanwhile is refused rather than read for ever. */
function readAll(file: number, size: number, overflow: () => Error): Buffer {
  const bytes = Buffer.allocUnsafe(size + 1);
  let length = 0;
  for (;;) {
    const count = readSync(file, bytes, length, bytes.length - length, null);
    if (count === 0) return bytes.subarray(0, length);
    length += count;
    if (length > size) throw overflow();
  }
}

function tooLarge(name: string, maxBytes: number): Error {
  return inputError(
    'file-too-large',
    `${name} is larger than ${Math.floor(maxBytes / 1_024)} KiB.`,
    'Check that it is the file that you mean.',
  );
}

/** @throws ToolError exit 2 for UTF-16, invalid UTF-8 and NUL */
export function decodeText(bytes: Uint8Array, name: string): string {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) {
    throw inputError('not-utf-8', `${quote(name)} is UTF-16.`, 'Save it as UTF-8.');
  }
  if (!isUtf8(bytes)) {
    throw inputError('not-utf-8', `${quote(name)} is not UTF-8.`, 'Save it as UTF-8.');
  }
  const marked = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const text = marked.startsWith(BYTE_ORDER_MARK) ? marked.slice(1) : marked;
  if (text.includes('\0')) {
    throw inputError('not-text', `${quote(name)} holds a NUL character.`, 'Check what wrote it.');
  }
  return text;
}
