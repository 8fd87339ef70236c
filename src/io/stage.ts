import {
  chmodSync,
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { inputError } from '../model/errors.js';
import { isRecordPath } from '../model/lock.js';
import { findPathClash } from '../model/output-path.js';
import { quote } from '../model/text.js';
import type { Before, Change, OnStep, WriteRequest } from './change.js';
import { changedMeanwhile, inTheWay } from './changed.js';
import { contentId } from './content-id.js';
import { type DurableWriter, writeDurably } from './durable.js';
import { fileError, hasCode } from './file-error.js';
import { foldersAbove, look, requirePath, resolveInside, statOrUndefined } from './inside.js';
import {
  checkRunFolder,
  type Journal,
  runPath,
  savedPath,
  stagedPath,
  writeJournal,
} from './journal.js';
import { tell } from './moment.js';

/**
 * Prepares a run without touching a file of the project: new bytes beside old ones in the run folder, all
 * on disk for certain, then the journal.
 *
 * @param root resolved, its lock held by this run
 * @throws ToolError exit 2 for an unsafe path, 6 when the disk refuses or a file is not what the plan saw
 */
export async function stage(root: string, request: WriteRequest): Promise<Journal> {
  const changes = [...request.changes, ...request.record];
  checkPaths(request);
  checkRunFolder(root);
  // Whatever lies here may have come with the folder: nothing is written through a link.
  for (const leftover of [
    'new',
    'old',
    'repository',
    'undoing',
    'undo',
    '.gitignore',
    'journal.json.part',
  ]) {
    rmSync(runPath(root, leftover), { recursive: true, force: true });
  }
  mkdirSync(runPath(root, 'new'));
  mkdirSync(runPath(root, 'old'));
  writeFileSync(runPath(root, '.gitignore'), '*\n', { flag: 'wx' });
  writeFileSync(runPath(root, 'undo'), '', { flag: 'wx' });

  await writeDurably(async (writer) => {
    for (const [index, change] of changes.entries()) {
      await stageChange({ root, index, change, writer, onStep: request.onStep });
    }
    await prepareRepository(root, request);
    await tell(request, 'sync');
    for (const folder of ['new', 'old', '']) writer.syncFolder(runPath(root, folder));
  });
  const journal = journalOf(root, request, changes);
  await tell(request, 'journal');
  writeJournal(root, journal);
  return journal;
}

type Staging = {
  readonly root: string;
  readonly index: number;
  readonly change: Change;
  readonly writer: DurableWriter;
  readonly onStep: OnStep | undefined;
};

async function stageChange({ root, index, change, writer, onStep }: Staging): Promise<void> {
  await tell({ onStep }, 'stage', change.path);
  try {
    const target = resolveInside(root, change.path);
    requireBefore(target, change);
    if (change.kind === 'delete') return;
    if (change.before !== 'absent') keepOld(target, savedPath(root, index), change);
    writer.write(stagedPath(root, index), change.content, permissionsFor(change.mode));
    if (change.before !== 'absent') keepPermissions(root, index, change.mode);
  } catch (error) {
    throw fileError(error, change.kind, change.path);
  }
}

/** Git's way: the umask of the person decides who may read, the mode only whether it runs. */
export function permissionsFor(mode: '644' | '755'): number {
  return mode === '755' ? 0o777 : 0o666;
}

/** A file that its owner closed to others stays closed. */
function keepPermissions(root: string, index: number, mode: '644' | '755'): void {
  const old = lstatSync(savedPath(root, index)).mode & 0o666;
  chmodSync(stagedPath(root, index), mode === '755' ? old | ((old & 0o444) >> 2) : old);
}

/** A hard link costs nothing, and what an editor still writes into the file is not lost. */
function keepOld(target: string, saved: string, change: Change): void {
  try {
    linkSync(target, saved);
  } catch (error) {
    if (!hasCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error;
    copyFileSync(target, saved);
  }
  requireBefore(saved, change);
}

function requireBefore(target: string, change: Change): void {
  const found = look(target, change.path);
  if (found.kind === 'other') throw inTheWay(change.path, found.what);
  if (!isAsBefore(found, change.before)) throw changedMeanwhile(change.path);
}

function isAsBefore(
  found: { kind: 'absent' } | { kind: 'file'; id: string },
  before: Before,
): boolean {
  if (before === 'absent') return found.kind === 'absent';
  return found.kind === 'file' && found.id === before.id;
}

/** Refuses paths that are unsafe, that clash, or that stand on the wrong side of `.scaffold/`. */
export function checkPaths(request: Pick<WriteRequest, 'changes' | 'record'>): void {
  const isRun = (path: string): boolean => /^\.scaffold\/run(?:\/|$)/i.test(path);
  for (const { path } of [...request.changes, ...request.record]) requirePath(path);
  const misplaced =
    request.changes.find(({ path }) => isRecordPath(path)) ??
    request.record.find(({ path }) => !isRecordPath(path) || isRun(path));
  if (misplaced !== undefined) {
    throw inputError(
      'reserved-path',
      `${quote(misplaced.path)} must not be written: the folder .scaffold is the tool's own record.`,
      'Correct the path where it is declared.',
    );
  }
  const clash = findPathClash([...request.changes, ...request.record].map(({ path }) => path));
  if (clash === undefined) return;
  throw inputError(
    'paths-clash',
    `${quote(clash.first)} and ${quote(clash.second)} cannot stand in one project: ${clash.reason}.`,
    'Rename one of them.',
  );
}

async function prepareRepository(root: string, request: WriteRequest): Promise<void> {
  if (request.repository === undefined) return;
  await tell(request, 'stage', '.git');
  mkdirSync(runPath(root, 'repository'));
  await request.repository(runPath(root, 'repository'));
}

function journalOf(root: string, request: WriteRequest, changes: readonly Change[]): Journal {
  const folders = new Set<string>();
  for (const change of changes) {
    if (change.kind === 'delete') continue;
    for (const folder of foldersAbove(change.path)) folders.add(folder);
  }
  return {
    journalVersion: 2,
    command: request.command,
    steps: changes.map(stepOf),
    recordFrom: request.changes.length,
    folders: [...folders].filter((folder) => statOrUndefined(join(root, folder)) === undefined),
    pause: request.pause ?? null,
    repository: request.repository !== undefined,
  };
}

function stepOf(change: Change): Journal['steps'][number] {
  const { path, before } = change;
  if (change.kind === 'delete') return { kind: 'delete', path, before: change.before.id };
  const bytes = typeof change.content === 'string' ? Buffer.from(change.content) : change.content;
  return {
    kind: 'write',
    path,
    before: before === 'absent' ? null : before.id,
    after: contentId(bytes),
  };
}
