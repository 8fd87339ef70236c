import { existsSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { RunOptions, SavedAside } from './change.js';
import { writeDurably } from './durable.js';
import { fileError } from './file-error.js';
import { foldersAbove } from './inside.js';
import { checkRunFolder, type Journal, runFolder, runPath } from './journal.js';
import { nextTurn, requireUninterrupted, tell } from './moment.js';
import { removeEmpty } from './project-lock.js';
import { doStep, undoStep } from './steps.js';

/** How many steps run between two looks at the signals: a few milliseconds' worth. */
const STEPS_PER_TURN = 16;

type FinishOptions = RunOptions & {
  readonly whenEdited: 'refuse' | 'save';
  /** Stop before the record when the journal says so. */
  readonly pause: boolean;
  /** Takes what was saved aside. */
  readonly saved?: SavedAside[];
};

/**
 * Does the steps that are left. Ctrl-C is heard until the lock is in place; after that the run completes.
 *
 * @throws ToolError exit 130 on Ctrl-C, 6 when the disk refuses or (`refuse`) a file was edited
 */
export async function finish(
  root: string,
  journal: Journal,
  options: FinishOptions,
): Promise<'done' | 'waiting'> {
  checkRunFolder(root);
  for (const [index, step] of journal.steps.entries()) {
    if (index === journal.recordFrom) {
      await tell(options, 'prune');
      pruneEmptied(root, journal);
      if (options.pause && journal.pause !== null) {
        await tell(options, 'pause');
        await syncTouched(root, journal);
        return 'waiting';
      }
    }
    if (index % STEPS_PER_TURN === 0) await nextTurn();
    requireUninterrupted(options.signal);
    await tell(options, 'apply', step.path);
    const saved = doStep({ root, step, index }, options.whenEdited);
    if (saved !== undefined) options.saved?.push(saved);
  }
  await placeRepository(root, journal, options);
  await syncTouched(root, journal);
  await clean(root, options);
  return 'done';
}

/**
 * Takes every step back, last first, and removes the folders that the run made.
 *
 * @returns the files that were edited since, and where they are now
 * @throws ToolError exit 6 when the disk refuses; what is left to undo stays in the journal
 */
export async function undo(
  root: string,
  journal: Journal,
  options: RunOptions,
): Promise<readonly SavedAside[]> {
  checkRunFolder(root);
  await tell(options, 'turn');
  try {
    if (!existsSync(runPath(root, 'undoing'))) {
      renameSync(runPath(root, 'undo'), runPath(root, 'undoing'));
    }
  } catch (error) {
    throw fileError(error, 'change', `${runFolder}/undo`);
  }
  const saved: SavedAside[] = [];
  for (const [index, step] of [...journal.steps.entries()].reverse()) {
    await tell(options, 'undo', step.path);
    const aside = undoStep({ root, step, index });
    if (aside !== undefined) saved.push(aside);
  }
  for (const folder of journal.folders.toReversed()) removeEmpty(root, [folder]);
  await syncTouched(root, journal);
  await clean(root, options);
  return saved;
}

/** Removes folders that deletions left empty. */
function pruneEmptied(root: string, journal: Journal): void {
  for (const step of journal.steps.slice(0, journal.recordFrom)) {
    if (step.kind === 'delete') removeEmpty(root, foldersAbove(step.path).toReversed());
  }
}

/** Comes after the lock: once a repository is in place people commit to it, and it is never taken back. */
async function placeRepository(root: string, journal: Journal, options: RunOptions): Promise<void> {
  const made = runPath(root, 'repository/.git');
  if (!journal.repository || !existsSync(made)) return;
  await tell(options, 'apply', '.git');
  try {
    if (!existsSync(join(root, '.git'))) renameSync(made, join(root, '.git'));
  } catch (error) {
    throw fileError(error, 'create', '.git');
  }
}

async function syncTouched(root: string, journal: Journal): Promise<void> {
  const folders = new Set<string>();
  for (const { path } of journal.steps) {
    folders.add('.');
    for (const folder of foldersAbove(path)) folders.add(folder);
    folders.add(dirname(path));
  }
  await writeDurably((writer) => {
    for (const folder of folders) {
      if (existsSync(join(root, folder))) writer.syncFolder(join(root, folder));
    }
  });
}

/** The journal goes first: what is left without it is rubbish, which the next run removes. */
async function clean(root: string, options: RunOptions): Promise<void> {
  await tell(options, 'clean');
  try {
    rmSync(runPath(root, 'journal.json'), { force: true });
    await writeDurably((writer) => writer.syncFolder(runPath(root, '')));
  } catch (error) {
    throw fileError(error, 'remove', `${runFolder}/journal.json`);
  }
}
