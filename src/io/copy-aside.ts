import { copyFileSync, constants, rmSync, writeFileSync } from 'node:fs';

import type { SavedAside } from './change.js';
import { inTheWay } from './changed.js';
import { fileError, hasCode } from './file-error.js';
import { resolveInside, statOrUndefined } from './inside.js';
import { checkRunFolder, type Journal, runFolder, runPath, savedPath } from './journal.js';

/**
 * Copies every file that a journal of unknown origin names, and makes its run folder one that can be undone: only
 * plain files are put back from it.
 *
 * @param root resolved, its lock held by this run
 * @returns the copies
 * @throws ToolError exit 2 for a link on the way, 6 when the disk refuses
 */
export function copyAside(root: string, { steps }: Journal): readonly SavedAside[] {
  checkRunFolder(root);
  const copies = steps.flatMap(({ path }) => copyFile(root, path) ?? []);
  for (const index of steps.keys()) {
    const stat = statOrUndefined(savedPath(root, index));
    if (stat?.isDirectory() === true) throw inTheWay(`${runFolder}/old/${index}`, 'folder');
    if (stat !== undefined && !stat.isFile()) rmSync(savedPath(root, index));
  }
  const isMarked = ['undo', 'undoing'].some(
    (name) => statOrUndefined(runPath(root, name)) !== undefined,
  );
  if (!isMarked) writeFileSync(runPath(root, 'undo'), '', { flag: 'wx' });
  return copies;
}

/** The name of a copy of a file, at which there is nothing yet. */
export function savedName(root: string, path: string): string {
  for (let number = 1; ; number += 1) {
    const copy = `${path}.scaffold-saved${number === 1 ? '' : `-${number}`}`;
    if (statOrUndefined(resolveInside(root, copy)) === undefined) return copy;
  }
}

function copyFile(root: string, path: string): SavedAside | undefined {
  try {
    const full = resolveInside(root, path);
    if (statOrUndefined(full)?.isFile() !== true) return undefined;
    for (let number = 1; ; number += 1) {
      const copy = `${path}.scaffold-saved${number === 1 ? '' : `-${number}`}`;
      try {
        copyFileSync(full, resolveInside(root, copy), constants.COPYFILE_EXCL);
        return { path, copy };
      } catch (error) {
        if (!hasCode(error, 'EEXIST')) throw error;
      }
    }
  } catch (error) {
    throw fileError(error, 'copy', path);
  }
}
