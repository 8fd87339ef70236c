import { existsSync, rmSync } from 'node:fs';

import { exitCodes, ToolError } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import { quote } from '../model/text.js';
import type { Outcome, RunOptions, SavedAside, WriteRequest } from './change.js';
import { fileError } from './file-error.js';
import { resolveRoot } from './inside.js';
import { copyAside } from './copy-aside.js';
import { findJournal, type Journal, readJournal, runPath, type Stage, stageOf } from './journal.js';
import { requireUninterrupted, tell } from './moment.js';
import { holdProject } from './project-lock.js';
import { finish, undo } from './replay.js';
import { stage } from './stage.js';

/**
 * Writes changes to a project so that it holds all of them or none, whatever happens in between: staged
 * on the same file system, journaled (journal.ts), renamed one by one, the lock last. An error or Ctrl-C
 * before the lock is in place undoes what was done; after a kill the next run does. What is returned as
 * done is on disk for certain (fsync of files and folders).
 *
 * @returns `waiting` when the request pauses, else `done`
 * @throws ToolError exit 2 for unsafe paths, 3 when an earlier run waits for conflicts to be resolved, 6
 *   when another run is at work, a file is not what the plan saw, or the disk refuses; 130 on Ctrl-C
 */
export async function writeProject(request: WriteRequest): Promise<Outcome> {
  if (request.record.at(-1)?.kind !== 'write') throw new Error('the record must end with the lock');
  return await withProject(request.root, request, async (root) => {
    await repairHeld(root, request);
    requireUninterrupted(request.signal);
    const journal = await stageOrClean(root, request);
    try {
      const state = await finish(root, journal, { ...request, whenEdited: 'refuse', pause: true });
      return { state, saved: [] };
    } catch (error) {
      await undoAfter(error, root, journal, request);
      throw error;
    }
  });
}

async function stageOrClean(root: string, request: WriteRequest): Promise<Journal> {
  try {
    const journal = await stage(root, request);
    requireUninterrupted(request.signal);
    return journal;
  } catch (error) {
    rmSync(runPath(root, 'journal.json'), { force: true });
    for (const name of ['new', 'old', 'repository', 'journal.json.part']) {
      rmSync(runPath(root, name), { recursive: true, force: true });
    }
    throw fileError(error, 'prepare files in', root);
  }
}

async function undoAfter(
  cause: unknown,
  root: string,
  journal: Journal,
  options: RunOptions,
): Promise<void> {
  try {
    await undo(root, journal, options);
  } catch (error) {
    throw new ToolError({
      code: 'undo-failed',
      exitCode: exitCodes.environment,
      message: `${messageOf(cause)} Undoing it failed as well: ${messageOf(error)}`,
      hint: 'Nothing is lost: what was replaced is in .scaffold/run/old. Run scaffold update --abort once the cause is gone.',
      cause: error,
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** A run that did not come to its end. */
export type Unfinished = {
  /** `waiting`: for its conflicts to be resolved. Everything else was interrupted. */
  readonly stage: Stage;
  readonly command: string;
  /** What the run was given to keep while it waits; null when it was not going to wait. */
  readonly pause: JsonValue;
  /** Paths that the run writes or deletes, its record left out. */
  readonly paths: readonly string[];
};

/** Looks for a run that did not end, without touching it. @throws ToolError exit 2 for a journal of unknown origin, 6 for a damaged one */
export function readUnfinished(root: string): Unfinished | undefined {
  if (!existsSync(root)) return undefined;
  const resolved = resolveRoot(root);
  const journal = readJournal(resolved);
  if (journal === undefined) return undefined;
  return {
    stage: stageOf(resolved, journal),
    command: journal.command,
    pause: journal.pause,
    paths: journal.steps.slice(0, journal.recordFrom).map(({ path }) => path),
  };
}

/**
 * Ends an interrupted run before another begins: one whose lock is in place is finished, any other
 * undone. Commands that write call it before they read the project.
 *
 * @returns what was done; undefined when there was nothing to repair
 * @throws ToolError exit 3 when the run waits for conflicts to be resolved; 6 as {@link writeProject}
 */
export async function repairProject(
  root: string,
  options: RunOptions,
): Promise<Outcome | undefined> {
  // Without a journal the folder holds rubbish of a killed run, which holding the project removes.
  if (!existsSync(root) || !existsSync(runPath(root, ''))) return undefined;
  return await withProject(root, options, (resolved) => repairHeld(resolved, options));
}

async function repairHeld(root: string, options: RunOptions): Promise<Outcome | undefined> {
  const journal = readJournal(root);
  if (journal === undefined) return undefined;
  const reached = stageOf(root, journal);
  if (reached === 'waiting') throw inProgress(journal);
  if (reached !== 'recorded') return { state: 'undone', saved: await undo(root, journal, options) };
  const saved: SavedAside[] = [];
  await finish(root, journal, { ...options, whenEdited: 'save', pause: false, saved });
  return { state: 'done', saved };
}

/**
 * `--continue`: does what is left of a run. An interrupted one stops again where it was going to wait; one
 * that waits is completed, so the caller must know that its conflicts are resolved. A run that was being
 * undone is undone.
 *
 * @throws ToolError exit 2 when no run is unfinished; 6 as {@link writeProject}
 */
export async function continueProject(root: string, options: RunOptions): Promise<Outcome> {
  return await withProject(root, options, async (resolved) => {
    const journal = requireJournal(resolved);
    const reached = stageOf(resolved, journal);
    if (reached === 'undoing') {
      return { state: 'undone', saved: await undo(resolved, journal, options) };
    }
    const saved: SavedAside[] = [];
    const pause = reached === 'applying';
    const state = await finish(resolved, journal, { ...options, whenEdited: 'save', pause, saved });
    return { state, saved };
  });
}

/**
 * `--abort`: restores every byte of a run that did not come to its end. Files edited since are saved aside. Of a
 * journal whose origin is unknown nothing is believed: every file that it names is copied aside before.
 *
 * @throws ToolError exit 2 when no run is unfinished; 6 as {@link writeProject}
 */
export async function abortProject(root: string, options: RunOptions): Promise<Outcome> {
  return await withProject(root, options, async (resolved) => {
    const found = findJournal(resolved);
    if (found === undefined) throw nothingInProgress(resolved);
    const copied = found.isOurs ? [] : copyAside(resolved, found.journal);
    const saved = await undo(resolved, found.journal, options);
    return { state: 'undone', saved: [...copied, ...saved] };
  });
}

function requireJournal(root: string): Journal {
  const journal = readJournal(root);
  if (journal === undefined) throw nothingInProgress(root);
  return journal;
}

function nothingInProgress(root: string): ToolError {
  return new ToolError({
    code: 'nothing-in-progress',
    exitCode: exitCodes.usage,
    message: `No update is in progress in ${quote(root)}.`,
    hint: 'Run scaffold update without --continue or --abort.',
  });
}

function inProgress(journal: Journal): ToolError {
  return new ToolError({
    code: 'update-in-progress',
    exitCode: exitCodes.conflicts,
    message: `${quote(journal.command)} waits for conflicts to be resolved.`,
    hint: 'Resolve them, then scaffold update --continue; or scaffold update --abort restores what was there.',
  });
}

async function withProject<T>(
  root: string,
  options: RunOptions,
  work: (resolved: string) => Promise<T>,
): Promise<T> {
  const resolved = resolveRoot(root);
  try {
    const release = await holdProject(resolved, options);
    try {
      return await work(resolved);
    } finally {
      await tell(options, 'release');
      release();
    }
  } catch (error) {
    throw fileError(error, 'change', root);
  }
}
