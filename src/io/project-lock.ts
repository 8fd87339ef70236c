import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { RunOptions } from './change.js';
import { makeFolders } from './durable.js';
import { fileError, hasCode, isSystemError } from './file-error.js';
import { resolveInside, statOrUndefined } from './inside.js';
import { runFolder, runPath } from './journal.js';
import { tell } from './moment.js';
import { acquireRunLock, type RunLock } from './run-lock.js';

/**
 * Makes this run the one that may write to a project.
 *
 * @param root resolved
 * @returns releases it, and removes the run folder unless a journal still needs it
 * @throws ToolError exit 6 naming the run that is at work, or when the disk refuses; 2 when a link stands
 *   where the run folder must be
 */
export async function holdProject(root: string, options: RunOptions): Promise<() => void> {
  resolveInside(root, `${runFolder}/lock`);
  await tell(options, 'lock');
  const lock = acquire(root, options.command);
  return () => {
    const isNeeded = statOrUndefined(runPath(root, 'journal.json')) !== undefined;
    if (!isNeeded) removeRubbish(root);
    lock.release();
    if (!isNeeded) removeEmpty(root, [runFolder, '.scaffold']);
  };
}

/** What cannot be removed now is removed by the next run; it must not hide why this one failed. */
function removeRubbish(root: string): void {
  const known = ['new', 'old', 'repository', '.gitignore', 'undo', 'undoing', 'journal.json.part'];
  try {
    for (const name of known) rmSync(runPath(root, name), { recursive: true, force: true });
    for (const name of readdirSync(runPath(root, ''))) {
      if (name !== 'lock') rmSync(runPath(root, name), { recursive: true, force: true });
    }
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}

function acquire(root: string, command: string): RunLock {
  // Another run that ends may remove the folder between our making it and our lock in it.
  for (let tries = 1; ; tries += 1) {
    try {
      makeFolders(runPath(root, ''));
    } catch (error) {
      throw fileError(error, 'create', `${root}/${runFolder}`);
    }
    try {
      return acquireRunLock(runPath(root, 'lock'), command);
    } catch (error) {
      const isGone = error instanceof Error && hasCode(error.cause, 'ENOENT');
      if (!isGone || tries === 10) throw error;
    }
  }
}

/** Removes folders that hold nothing, innermost first; one that holds something stays. */
export function removeEmpty(root: string, folders: readonly string[]): void {
  for (const folder of folders) {
    try {
      rmdirSync(join(root, folder));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) continue;
      if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY')) return;
      throw fileError(error, 'remove', folder);
    }
  }
}
