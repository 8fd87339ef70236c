import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { basename, dirname, join, resolve } from 'node:path';

import { inputError } from '../model/errors.js';
import { lockPath } from '../model/lock.js';
import { quote } from '../model/text.js';
import type { Change, Outcome, WriteRequest } from './change.js';
import { makeFolders } from './durable.js';
import { fileError, hasCode } from './file-error.js';
import { findHostFiles } from './host-files.js';
import { foldersAbove, resolveRoot, statOrUndefined } from './inside.js';
import { runFolder } from './journal.js';
import { nextTurn, requireUninterrupted, tell } from './moment.js';
import { removeEmpty } from './project-lock.js';
import { acquireRunLock } from './run-lock.js';
import { checkPaths, permissionsFor } from './stage.js';
import { repairProject, writeProject } from './transaction.js';

export type NewProject = Omit<WriteRequest, 'pause'>;

/**
 * Writes a project that was not there before. A folder that does not exist is built whole beside its place
 * and renamed once: after a kill, Ctrl-C or a full disk there is nothing or all of it. What a kill leaves
 * (`.NAME.scaffold-tmp`, `.NAME.scaffold-lock`) the next run removes. It is not synced: if the machine
 * itself fails within seconds, files can be empty, but none of them is anybody's work yet, and to sync 200
 * files can take longer than all the rest. A folder that exists and is empty, but for what its host made, is
 * written in place, with a journal (`writeProject`).
 *
 * @param request its root may be absent; then every change is a write over nothing
 * @throws ToolError exit 2 when the target holds something or a path is unsafe; 6 when another run is at
 *   work there or the disk refuses; 130 on Ctrl-C
 */
export async function createProject(request: NewProject): Promise<Outcome> {
  const root = resolve(request.root);
  clearLeftovers(root, request.command);
  await repairProject(root, request);
  requireVacant(root);
  if (statOrUndefined(root) !== undefined) return await writeProject({ ...request, root });
  checkPaths(request);
  let made: readonly string[] = [];
  try {
    made = makeFolders(dirname(root));
    return await build(join(resolveRoot(dirname(root)), basename(root)), request);
  } catch (error) {
    removeEmpty('', made.toReversed());
    throw fileError(error, 'create', root);
  }
}

/**
 * Refuses a target that holds anything but what the host of a repository makes (`findHostFiles`), or what an interrupted
 * `new` left of itself, which `createProject` undoes. Reads only.
 *
 * @throws ToolError exit 2 saying what is there; 6 when it cannot be read
 */
export function requireVacant(root: string): void {
  let names: string[];
  try {
    if (statOrUndefined(root) === undefined) return;
    if (!statSync(root).isDirectory()) throw taken(root, 'is not a folder');
    names = [...findHostFiles(root).other];
  } catch (error) {
    if (hasCode(error, 'ENOENT')) throw taken(root, 'is a symbolic link to nothing');
    throw fileError(error, 'read', root);
  }
  if (names.length === 0 || isInterruptedNew(root)) return;
  const shown = names.sort().slice(0, 3).map(quote).join(', ');
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  throw taken(root, `is not empty: it holds ${shown}${more}`);
}

/** A run in a folder that has no lock yet. */
function isInterruptedNew(root: string): boolean {
  if (statOrUndefined(join(root, lockPath)) !== undefined) return false;
  return statOrUndefined(join(root, runFolder)) !== undefined;
}

function taken(root: string, why: string): Error {
  return inputError(
    'target-not-empty',
    `${quote(root)} ${why}.`,
    'Choose another name or --dir, or scaffold init to adopt a project that exists.',
  );
}

/** Where a project is built and locked while it has no folder of its own. */
function placesBeside(root: string): { readonly building: string; readonly lockFile: string } {
  const name = basename(root);
  // A file name has at most 255 bytes, and ours is longer than the folder's.
  const short =
    Buffer.byteLength(name) <= 200 ? name : createHash('sha1').update(name).digest('hex');
  const beside = join(dirname(root), `.${short}.scaffold`);
  return { building: `${beside}-tmp`, lockFile: `${beside}-lock` };
}

/** Removes what a killed run left beside the target. */
function clearLeftovers(root: string, command: string): void {
  const { building, lockFile } = placesBeside(root);
  if (statOrUndefined(lockFile) === undefined) return;
  const lock = acquireRunLock(lockFile, command);
  rmSync(building, { recursive: true, force: true });
  lock.release();
}

async function build(root: string, request: NewProject): Promise<Outcome> {
  const { building, lockFile } = placesBeside(root);
  await tell(request, 'lock');
  const lock = acquireRunLock(lockFile, request.command);
  try {
    requireVacant(root);
    rmSync(building, { recursive: true, force: true });
    mkdirSync(building);
    await fill(building, request);
    await tell(request, 'apply');
    requireUninterrupted(request.signal);
    place(building, root);
    return { state: 'done', saved: [] };
  } finally {
    rmSync(building, { recursive: true, force: true });
    await tell(request, 'release');
    lock.release();
  }
}

function place(building: string, root: string): void {
  try {
    renameSync(building, root);
  } catch (error) {
    if (hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) {
      throw taken(root, 'was made by something else while this run was at work');
    }
    throw error;
  }
}

async function fill(folder: string, request: NewProject): Promise<void> {
  const repository = request.repository?.(folder) ?? Promise.resolve();
  // Settled before anything is removed, so that nothing is still writing there.
  const settled = repository.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    await writeAll(folder, request);
  } finally {
    await settled;
  }
  await repository;
}

async function writeAll(folder: string, request: NewProject): Promise<void> {
  const folders = new Set<string>();
  for (const [index, change] of [...request.changes, ...request.record].entries()) {
    if (index % 16 === 0) await nextTurn();
    requireUninterrupted(request.signal);
    await tell(request, 'stage', change.path);
    try {
      for (const above of foldersAbove(change.path)) {
        if (!folders.has(above)) mkdirSync(join(folder, above));
        folders.add(above);
      }
      writeNew(folder, change);
    } catch (error) {
      throw fileError(error, 'write', change.path);
    }
  }
}

function writeNew(folder: string, change: Change): void {
  if (change.kind !== 'write' || change.before !== 'absent') {
    throw new Error(`a new project holds nothing to change: ${change.path}`);
  }
  const options = { flag: 'wx', mode: permissionsFor(change.mode) };
  writeFileSync(join(folder, change.path), change.content, options);
}
