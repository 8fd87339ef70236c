import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';

type Advice = { readonly what: string; readonly next: string };

/** What people can do about each error of the file system. */
const advice: Readonly<Record<string, Advice>> = {
  ENOSPC: {
    what: 'the disk is full',
    next: 'Free some space (df -h shows where), then run again.',
  },
  EDQUOT: { what: 'your disk quota is used up', next: 'Free some space, then run again.' },
  EROFS: {
    what: 'the file system is read-only',
    next: 'Choose a folder that can be written, or mount it writable.',
  },
  EACCES: {
    what: 'permission denied',
    next: 'Check the owner and mode of the file and of its folder (ls -ld).',
  },
  EPERM: {
    what: 'the system does not permit it',
    next: 'Check the owner, mode and attributes of the file and of its folder (ls -ld, lsattr -d).',
  },
  EXDEV: {
    what: 'it is on another file system than the project',
    next: 'A folder of the project is a mount point. Unmount it, or run where the whole project is on one file system.',
  },
  EMFILE: {
    what: 'this process may open no more files',
    next: 'Raise the limit (ulimit -n 1024), then run again.',
  },
  ENFILE: {
    what: 'the system has too many open files',
    next: 'Close other programs, then run again.',
  },
  ENAMETOOLONG: { what: 'the path is too long', next: 'Choose a shorter name or folder.' },
  ENOTDIR: {
    what: 'a file stands where a folder must be',
    next: 'Move that file away, then run again.',
  },
  EISDIR: {
    what: 'a folder stands where a file must be',
    next: 'Move that folder away, then run again.',
  },
  ENOENT: { what: 'it is not there', next: 'Check the path, then run again.' },
  EBUSY: { what: 'it is in use', next: 'Close the program that uses it, then run again.' },
  EIO: { what: 'the disk reports an error', next: 'Check the disk, then run again.' },
};

/** Whether an error came from a call to the operating system. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { code: string } {
  return error instanceof Error && 'code' in error && 'syscall' in error;
}

export function hasCode(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code);
}

/**
 * Turns an error of the file system into one that says what to do, exit 6.
 * Any other error comes back as it is.
 *
 * @param doing what was tried, after "cannot": `write`, `create`
 */
export function fileError(error: unknown, doing: string, path: string): unknown {
  if (!isSystemError(error)) return error;
  const known = advice[error.code] ?? { what: error.message, next: 'Repair it, then run again.' };
  return new ToolError({
    code: `file-${error.code.toLowerCase()}`,
    exitCode: exitCodes.environment,
    message: `Cannot ${doing} ${quote(path)}: ${known.what} (${error.code}).`,
    hint: known.next,
    cause: error,
  });
}
