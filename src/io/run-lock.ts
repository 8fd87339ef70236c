import { randomBytes } from 'node:crypto';
import { readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';

import * as z from 'zod/mini';

import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { fileError, hasCode } from './file-error.js';
import { identifyThisProcess, mayRun, type ProcessIdentity } from './process-identity.js';
import { readBounded } from './read-file.js';

/** A function, since it is needed only when there is a lock already. */
const buildOwnerSchema = () =>
  z.object({
    pid: z.int().check(z.positive()),
    host: z.string(),
    boot: z.string(),
    started: z.string(),
    command: z.string(),
    nonce: z.string().check(z.regex(/^[0-9a-f]{16}$/)),
  });
type Owner = ProcessIdentity & { readonly nonce: string };

export type RunLock = { readonly release: () => void };

/** A symbolic link's target has room for so much; commands can be longer. */
const MAX_COMMAND = 200;
/** Far more than an owner takes where it is a file. */
const MAX_LOCK_BYTES = 16 * 1_024;

/**
 * Lets one run at a time write. The lock is a symbolic link whose target is the owner as JSON: unlike a
 * file, it comes into being with its contents. The lock of a dead process is removed by whoever gets the
 * lock named after the dead owner's nonce, so that no run removes a lock that a third one has just made.
 *
 * @param path of the lock; its folder must be there
 * @param command of this run, for the message of another
 * @throws ToolError exit 6 naming the process that runs, or when the folder cannot be written
 */
export function acquireRunLock(path: string, command: string): RunLock {
  const identity = identifyThisProcess(command.slice(0, MAX_COMMAND));
  const owner: Owner = { ...identity, nonce: randomBytes(8).toString('hex') };
  try {
    while (!create(path, owner)) clear(path, command);
  } catch (error) {
    throw fileError(error, 'create', path);
  }
  return {
    release: () => {
      if (readOwner(path)?.nonce === owner.nonce) rmSync(path, { force: true });
    },
  };
}

/** @returns false when there is a lock already */
function create(path: string, owner: Owner): boolean {
  const text = JSON.stringify(owner);
  try {
    symlinkSync(text, path);
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
  }
  // No links here. For a moment the file is empty, and another run says it cannot tell whose it is.
  try {
    writeFileSync(path, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Removes a lock whose owner is dead. @throws ToolError exit 6 when the owner may still run */
function clear(path: string, command: string): void {
  const found = readOwner(path);
  if (found === undefined) return; // released meanwhile
  if (mayRun(found)) throw alreadyRunning(found, path);
  const heir = acquireRunLock(`${path}.${found.nonce}`, command);
  try {
    if (readOwner(path)?.nonce === found.nonce) rmSync(path, { force: true });
  } finally {
    heir.release();
  }
}

/**
 * @returns undefined when nobody holds the lock
 * @throws ToolError exit 2 when a pipe, a folder or the like stands there
 */
function readOwner(path: string): Owner | undefined {
  try {
    return parseOwner(readlinkSync(path));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (!hasCode(error, 'EINVAL', 'UNKNOWN')) throw error; // these say: not a link
  }
  const bytes = readBounded(path, { maxBytes: MAX_LOCK_BYTES, noFollow: true });
  return bytes === undefined ? undefined : parseOwner(bytes.toString('utf8'));
}

/** A lock that does not parse was damaged: its owner cannot be asked, so it may still run. */
function parseOwner(text: string): Owner {
  const damaged = { pid: 1, host: '', boot: '', started: '', command: '', nonce: '0'.repeat(16) };
  try {
    return buildOwnerSchema().safeParse(JSON.parse(text)).data ?? damaged;
  } catch {
    return damaged;
  }
}

function alreadyRunning(owner: Owner, path: string): ToolError {
  return new ToolError({
    code: 'already-running',
    exitCode: exitCodes.environment,
    message:
      owner.command === ''
        ? `Another run may be writing here; its lock ${quote(path)} does not say which.`
        : `Another run is writing here: ${quote(owner.command)}, process ${owner.pid} on ${owner.host}.`,
    hint: `Wait for it to end. If there is no such process, remove ${quote(path)}.`,
  });
}
