import { renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';

import type { SavedAside } from './change.js';
import { changedMeanwhile, inTheWay } from './changed.js';
import { makeFolders } from './durable.js';
import { fileError } from './file-error.js';
import { look, type OnDisk, resolveInside, statOrUndefined } from './inside.js';
import { isSaved, isStaged, type Step, savedPath, stagedPath } from './journal.js';

/**
 * One step of a journal, forwards and backwards. Both look at the disk first and do nothing when there is
 * nothing left to do, so that they can be repeated after any interruption.
 */

export type StepAt = { readonly root: string; readonly step: Step; readonly index: number };

/**
 * Does a step.
 *
 * @param whenEdited what becomes of a file that is not the one the plan saw: `refuse` while the run that
 *   made the plan is still at work, `save` when it was interrupted and somebody edited the file since
 * @returns where an edited file was saved
 * @throws ToolError exit 6 when the file was edited (`refuse`) or the disk refuses; 2 for a link on the way
 */
export function doStep(at: StepAt, whenEdited: 'refuse' | 'save'): SavedAside | undefined {
  const { root, step, index } = at;
  if (step.kind === 'write' ? !isStaged(root, index) : isSaved(root, index)) return undefined;
  return withFileError(step, () => {
    const target = resolveInside(root, step.path);
    const found = look(target, step.path);
    let saved: SavedAside | undefined;
    if (!isExpected(found, step)) {
      if (whenEdited === 'refuse') {
        throw found.kind === 'other'
          ? inTheWay(step.path, found.what)
          : changedMeanwhile(step.path);
      }
      if (found.kind !== 'absent') saved = saveAside(root, step.path);
    }
    if (step.kind === 'write') {
      makeFolders(dirname(target));
      renameSync(stagedPath(root, index), target);
    } else if (saved === undefined && found.kind !== 'absent') {
      renameSync(target, savedPath(root, index));
    }
    return saved;
  });
}

/** Takes a step back, as far as it was done. @returns where an edited file was saved */
export function undoStep({ root, step, index }: StepAt): SavedAside | undefined {
  if (step.kind === 'write' && isStaged(root, index)) return undefined;
  const hadFile = step.before !== null;
  if (hadFile && !isSaved(root, index)) return undefined;
  return withFileError(step, () => {
    const target = resolveInside(root, step.path);
    const found = look(target, step.path);
    let saved: SavedAside | undefined;
    if (found.kind !== 'absent' && !isExpected(found, step)) saved = saveAside(root, step.path);
    if (!hadFile) {
      if (found.kind !== 'absent' && saved === undefined) rmSync(target);
    } else {
      makeFolders(dirname(target));
      renameSync(savedPath(root, index), target);
    }
    return saved;
  });
}

/** Whether a file holds the bytes from before the step or those that the step writes. */
function isExpected(found: OnDisk, step: Step): boolean {
  if (found.kind === 'absent') return step.before === null || step.kind === 'delete';
  if (found.kind === 'other') return false;
  return found.id === step.before || (step.kind === 'write' && found.id === step.after);
}

/** Moves whatever stands at a path to a free name beside it. */
function saveAside(root: string, path: string): SavedAside {
  for (let number = 1; ; number += 1) {
    const copy = `${path}.scaffold-saved${number === 1 ? '' : `-${number}`}`;
    const target = resolveInside(root, copy);
    if (statOrUndefined(target) !== undefined) continue;
    renameSync(resolveInside(root, path), target);
    return { path, copy };
  }
}

function withFileError<T>(step: Step, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fileError(error, step.kind, step.path);
  }
}
