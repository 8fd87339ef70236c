import { existsSync } from 'node:fs';
import { join } from 'node:path';

import * as z from 'zod/mini';

import { exitCodes, ToolError } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import { inEnglish } from '../model/in-english.js';
import { findPathProblem } from '../model/output-path.js';
import { quote } from '../model/text.js';
import { replaceDurably } from './durable.js';
import { resolveInside } from './inside.js';
import { buildSealSchema, isSealed, seal } from './journal-seal.js';
import { readText } from './read-file.js';

/**
 * The journal of a run that writes, format 2 (format 1, of 0.1.0, had no seal). It lives in `.scaffold/run/`, which git ignores and which
 * is gone when the run is complete:
 *
 *   lock            who runs (run-lock.ts)
 *   .gitignore      `*`
 *   journal.json    below; made whole when everything is staged, never changed after
 *                   its seal (journal-seal.ts) shows that this person's tool made it
 *   new/<step>      the bytes that a step puts in place
 *   old/<step>      the bytes that a step replaced or deleted: a hard link, so it is the user's own file
 *   repository/     a new repository, its `.git` moved to the root after the lock
 *   undo            becomes `undoing` when the run is being undone, after which it can no longer finish
 *
 * journal.json holds the steps in order. How far a run came is read from the files, not recorded:
 *
 *   no journal.json          nothing was touched: remove the folder
 *   new/<n> is there         write step n is still to be done
 *   old/<n> is there         delete step n is done
 *   no new/<last>            the lock is in place: the run is complete but for its cleaning
 *
 * Each step is one rename, so it is done or not done whenever the process is killed, and both ways lead
 * on from every state: finish does the steps that are left, undo puts `old/` back. A file whose bytes are
 * neither those before nor those after the step was edited since: it is moved to `<path>.scaffold-saved`.
 * Undo needs no space on the disk: it renames and removes only.
 */

export const runFolder = '.scaffold/run';

/** A function, since only a run that finds a journal reads one. */
function buildJournalSchema() {
  const id = z.string().check(z.regex(/^[0-9a-f]{40}$/));
  const path = z.string().check(
    z.superRefine<string>((value, context) => {
      const problem = findPathProblem(value);
      if (problem === undefined) return;
      context.addIssue({ code: 'custom', message: `${quote(value)} ${problem}` });
    }),
  );
  return z.strictObject({
    journalVersion: z.literal(2),
    command: z.string(),
    steps: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('write'), path, before: z.nullable(id), after: id }),
          z.strictObject({ kind: z.literal('delete'), path, before: id }),
        ]),
      )
      .check(z.minLength(1)),
    /** Index of the first step that belongs to the record; the lock is the last step. */
    recordFrom: z.int().check(z.nonnegative()),
    /** Folders that the run makes, outermost first. */
    folders: z.array(path),
    /** What the run waits for before it writes the record; null when it does not wait. */
    pause: z.json(),
    repository: z.boolean(),
    seal: buildSealSchema(),
  });
}

type JournalData = z.infer<ReturnType<typeof buildJournalSchema>>;
export type Step = JournalData['steps'][number];
export type Journal = Readonly<Omit<JournalData, 'pause' | 'seal'>> & {
  readonly pause: JsonValue;
};

/** The largest journal that is read: 100,000 steps. */
const MAX_BYTES = 64 * 1_024 * 1_024;

/** Makes the journal: from here on the run can be finished or undone, whatever happens. */
export function writeJournal(root: string, journal: Journal): void {
  const given = seal(runPath(root, ''), JSON.stringify(journal));
  replaceDurably(runPath(root, 'journal.json'), `${JSON.stringify({ ...journal, seal: given })}\n`);
}

/** A journal as it was found. */
export type FoundJournal = {
  readonly journal: Journal;
  /** False when it may have come with the folder, from anybody: nothing that it says is to be done unasked. */
  readonly isOurs: boolean;
  readonly format: 1 | 2;
};

/**
 * The journal of a run that this person's tool began.
 *
 * @returns undefined when no run is unfinished
 * @throws ToolError exit 2 when it is of unknown origin, 6 when it was damaged or belongs to a newer tool
 */
export function readJournal(root: string): Journal | undefined {
  const found = findJournal(root);
  if (found === undefined) return undefined;
  if (found.isOurs) return found.journal;
  throw new ToolError({
    code: 'journal-unknown',
    exitCode: exitCodes.usage,
    message:
      found.format === 1
        ? `${runFolder}/journal.json is of meshwright 0.1.0, whose journals do not say who made them: nothing of it was done.`
        : `${runFolder}/journal.json was not made by you with this tool: nothing of it was done.`,
    hint:
      found.format === 1
        ? 'If a run of 0.1.0 was interrupted here, npx meshwright@0.1.0 update --continue or --abort ends it. Otherwise npx meshwright update --abort puts back what it names, after a copy of each file as it is now.'
        : 'If you trust this folder, npx meshwright update --abort puts back what it names, after a copy of each file as it is now. Else move .scaffold/run away.',
  });
}

/** The journal, whoever made it. @throws ToolError exit 6 when it was damaged or belongs to a newer tool */
export function findJournal(root: string): FoundJournal | undefined {
  const file = resolveInside(root, `${runFolder}/journal.json`);
  const text = readText(file, { maxBytes: MAX_BYTES, noFollow: true });
  if (text === undefined) return undefined;
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw unreadable('it is not JSON');
  }
  const format = typeof data === 'object' && data !== null && isOld(data) ? 1 : 2;
  const none = { kind: 'place', owner: '', inode: '' };
  const read = format === 1 ? { ...(data as object), journalVersion: 2, seal: none } : data;
  const parsed = buildJournalSchema().safeParse(read, { error: inEnglish });
  if (!parsed.success) throw unreadable(z.prettifyError(parsed.error).split('\n')[0] ?? '');
  const { seal: given, ...journal } = parsed.data;
  const body = JSON.stringify({ ...(data as object), seal: undefined });
  return { journal, format, isOurs: format === 2 && isSealed(runPath(root, ''), body, given) };
}

function isOld(data: object): boolean {
  return 'journalVersion' in data && data.journalVersion === 1;
}

function unreadable(reason: string): ToolError {
  return new ToolError({
    code: 'journal-unreadable',
    exitCode: exitCodes.environment,
    message: `An earlier run did not end, and its journal ${runFolder}/journal.json cannot be read: ${reason}.`,
    hint:
      `${runFolder}/old holds the contents that it replaced, ${runFolder}/new those still to come. ` +
      `Put back what you need, then remove ${runFolder}.`,
  });
}

/**
 * Refuses a run folder that a link leads elsewhere. Called as each phase begins; within a phase the
 * paths below are joined without asking again, for speed.
 */
export function checkRunFolder(root: string): void {
  for (const folder of ['new', 'old', 'repository'])
    resolveInside(root, `${runFolder}/${folder}/x`);
}

export function runPath(root: string, name: string): string {
  return join(root, '.scaffold', 'run', name);
}

export function stagedPath(root: string, index: number): string {
  return join(root, '.scaffold', 'run', 'new', String(index));
}

export function savedPath(root: string, index: number): string {
  return join(root, '.scaffold', 'run', 'old', String(index));
}

export function isStaged(root: string, index: number): boolean {
  return existsSync(stagedPath(root, index));
}

export function isSaved(root: string, index: number): boolean {
  return existsSync(savedPath(root, index));
}

/** Where a run stands. `recorded`: the lock is in place, only cleaning is left. */
export type Stage = 'applying' | 'waiting' | 'recorded' | 'undoing';

export function stageOf(root: string, journal: Journal): Stage {
  if (existsSync(runPath(root, 'undoing'))) return 'undoing';
  if (!isStaged(root, journal.steps.length - 1)) return 'recorded';
  if (journal.pause === null) return 'applying';
  const firstLeft = journal.steps.findIndex((step, index) =>
    step.kind === 'write'
      ? isStaged(root, index)
      : !isSaved(root, index) && existsSync(join(root, step.path)),
  );
  return firstLeft >= journal.recordFrom ? 'waiting' : 'applying';
}
