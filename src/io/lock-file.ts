import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { inEnglish } from '../model/in-english.js';
import {
  buildLockFile,
  buildLockSchema,
  blobId,
  type Lock,
  type LockFile,
  lockNeeds,
  lockPath,
  migrateLock,
  serializeLock,
  isRecordPath,
} from '../model/lock.js';
import { findPathClash, findPathProblem } from '../model/output-path.js';
import { quote } from '../model/text.js';
import { compareVersions } from '../model/version.js';
import type { Tree } from '../model/tree.js';
import { markBase, unmarkBase } from '../stages/marked-base.js';
import { splitConflict } from '../stages/merge-locks.js';
import type { Change } from './change.js';
import { contentId } from './content-id.js';
import { fileError, hasCode } from './file-error.js';
import { look, resolveInside, resolveRoot } from './inside.js';
import { readBounded, readText } from './read-file.js';

/**
 * What the tool keeps in `.scaffold/`: the lock, and the base (what the tool last wrote) of every file that
 * it merges, named by content and stored so that two branches never clash on it (stages/marked-base.ts). All of it is untrusted input: people
 * merge it, and a repo may come from anywhere.
 */

const MAX_LOCK_BYTES = 16 * 1_024 * 1_024;
const MAX_BASE_BYTES = 16 * 1_024 * 1_024;
export const baseFolder = '.scaffold/base';
const attributesPath = '.scaffold/.gitattributes';

/** Bases keep their bytes whatever autocrlf says, and reviews fold them. */
const attributes = [
  'base/* -text binary linguist-generated',
  'lock.json text eol=lf linguist-generated',
  '',
].join('\n');

/**
 * Reads and checks the lock of a project.
 *
 * @param hidden its text where git keeps it off the disk
 * @returns undefined when there is none
 * @throws ToolError exit 2: corrupt, in conflict, from a newer tool, or with an entry that leaves the project
 *   or reaches through a link; 6 when it cannot be read
 */
export function readLock(root: string, hidden?: string): Lock | undefined {
  const resolved = resolveRoot(root);
  const text = readLockText(resolved) ?? hidden;
  if (text === undefined) return undefined;
  const lock = parseLock(text);
  requireInside(resolved, lock);
  return lock;
}

function readLockText(resolved: string): string | undefined {
  return readText(resolveInside(resolved, lockPath), {
    maxBytes: MAX_LOCK_BYTES,
    name: lockPath,
    noFollow: true,
  });
}

function requireInside(resolved: string, { files }: Pick<Lock, 'files'>): void {
  const goodFolders = new Set<string>();
  for (const { path } of files) resolveInside(resolved, path, goodFolders);
}

/**
 * Reads a lock that may be in conflict.
 *
 * @returns both sides when git left it so, and both are locks
 * @throws ToolError as {@link readLock}, also when a side of a conflict is no lock
 */
export function readLockSides(root: string, hidden?: string): readonly Lock[] {
  const resolved = resolveRoot(root);
  const text = readLockText(resolved) ?? hidden;
  if (text === undefined) return [];
  const sides = isInConflict(text) ? splitConflict(text) : undefined;
  const locks =
    sides === undefined ? [parseLock(text)] : [parseLock(sides.ours), parseLock(sides.theirs)];
  for (const lock of locks) requireInside(resolved, lock);
  return locks;
}

/** What can still be read of a lock that is damaged or in conflict: it has one line per file. */
export function salvageLock(root: string): {
  readonly version: string | undefined;
  readonly files: readonly LockFile[];
} {
  const resolved = resolveRoot(root);
  const text = readLockText(resolved) ?? '';
  const version = /^ {2}"version": "([^"\\]+)",?$/m.exec(text)?.[1];
  const files = new Map<string, LockFile>();
  for (const line of text.split('\n')) {
    const file = salvageFile(line);
    if (file !== undefined && !files.has(file.path)) files.set(file.path, file);
  }
  const safe = [...files.values()].filter(({ path }) => !isUnsafe(resolved, path));
  return { version, files: safe };
}

function salvageFile(line: string): LockFile | undefined {
  const json = /^\s*(\{.*\}),?\s*$/.exec(line)?.[1];
  if (json === undefined) return undefined;
  try {
    return buildLockFile().safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

function isUnsafe(resolved: string, path: string): boolean {
  if (isRecordPath(path) || findPathProblem(path) !== undefined) return true;
  try {
    resolveInside(resolved, path);
    return false;
  } catch (error) {
    if (error instanceof ToolError) return true;
    throw error;
  }
}

/** What `.scaffold/base` holds, by id; damaged ones left out. */
export function readBases(root: string): ReadonlyMap<string, string> {
  return new Map(
    listBases(root).flatMap((id) => {
      const bytes = readBase(root, id);
      return bytes === undefined ? [] : [[id, bytes.toString('utf8')] as const];
    }),
  );
}

/** @throws ToolError exit 2 as {@link readLock}, but for links */
export function parseLock(text: string): Lock {
  if (isInConflict(text)) {
    throw inputError(
      'lock-in-conflict',
      `${quote(lockPath)} holds merge-conflict markers.`,
      'Resolve those of scaffold.yaml, then npx meshwright update recomputes what the sides disagree about.',
    );
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw corrupt('lock-corrupt', `is not JSON (${error instanceof Error ? error.message : ''})`);
  }
  requireKnownVersion(data);
  const parsed = buildLockSchema().safeParse(migrateLock(data), { error: inEnglish });
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw corrupt(
      'lock-corrupt',
      `has a wrong ${issue?.path.join('.') ?? 'entry'}: ${issue?.message ?? ''}`,
    );
  }
  for (const { path } of parsed.data.files) {
    const problem = isRecordPath(path)
      ? 'is in the folder of the record itself'
      : findPathProblem(path);
    if (problem !== undefined)
      throw corrupt('unsafe-path', `names ${quote(path)}, which ${problem}`);
  }
  const clash = findPathClash(parsed.data.files.map(({ path }) => path));
  if (clash !== undefined) {
    throw corrupt(
      'lock-corrupt',
      `names ${quote(clash.first)} and ${quote(clash.second)}: ${clash.reason}`,
    );
  }
  return parsed.data;
}

function isInConflict(text: string): boolean {
  return /^(?:<{7}|>{7}) /m.test(text);
}

/** Looks only at what every format keeps where it is. */
function requireKnownVersion(data: unknown): void {
  if (typeof data !== 'object' || data === null || !('lockVersion' in data)) return;
  const { lockVersion } = data;
  if (typeof lockVersion !== 'number') return;
  const said = 'needs' in data && typeof data.needs === 'string' ? data.needs : '';
  const needs = /^\d+\.\d+\.\d+$/.test(said) ? said : undefined;
  const isLater = needs !== undefined && compareVersions(needs, lockNeeds) > 0;
  if (lockVersion <= 2 && !isLater) return;
  throw inputError(
    'lock-newer',
    `${quote(lockPath)} was written by a newer version of this tool (format ${lockVersion})${
      needs === undefined ? '' : `; it needs meshwright ${needs} or later`
    }.`,
    needs === undefined
      ? 'Update the meshwright package to the version that the repo uses.'
      : `Update the meshwright package: npx meshwright@${needs}`,
  );
}

function corrupt(code: string, what: string): ToolError {
  return new ToolError({
    code,
    exitCode: exitCodes.usage,
    message: `${quote(lockPath)} ${what}.`,
    hint: 'Restore it from git, or npx meshwright update --rebuild-lock recomputes what it can.',
  });
}

/**
 * The base with an id, from `.scaffold/base/`.
 *
 * @returns undefined when it is missing or its text is not that of the id; 0.1.0 stored texts as they are
 * @throws ToolError exit 2 when a link stands there, 6 when it cannot be read
 */
export function readBase(root: string, id: string): Buffer | undefined {
  const path = `${baseFolder}/${id}`;
  const bytes = readBounded(resolveInside(resolveRoot(root), path), {
    maxBytes: MAX_BASE_BYTES,
    name: path,
    noFollow: true,
  });
  return bytes === undefined ? undefined : decodeBase(id, bytes);
}

/** The text of a base as it is stored. @returns undefined when it is not that of the id */
export function decodeBase(id: string, bytes: Buffer): Buffer | undefined {
  if (contentId(bytes) === id) return bytes;
  const text = unmarkBase(id, bytes.toString('utf8'));
  return text !== undefined && blobId(text) === id ? Buffer.from(text) : undefined;
}

/**
 * The changes that record a tree as written: bases of the files that are merged later, attributes, and the
 * lock, last. Bases that nothing refers to any more are deleted.
 *
 * @param root of the project as it is now; need not exist
 * @param lock lists the files of the tree with the ids of their texts
 */
export function recordChanges(root: string, lock: Lock, tree: Tree): readonly Change[] {
  const bases = new Map<string, string>();
  for (const { path, id, ownership } of lock.files) {
    const file = tree.get(path);
    const isMerged = ownership === 'managed' || ownership === 'composed';
    if (isMerged && file !== undefined && blobId(file.text) === id) bases.set(id, file.text);
  }
  const kept = new Set(lock.files.map(({ id }) => id));
  const present = listBases(root);
  const isStored = readableIn(root);
  return [
    ...write(root, attributesPath, attributes),
    ...[...bases].flatMap(([id, text]) => (isStored(id) ? [] : writeBase(root, id, text))),
    ...present
      .filter((name) => !kept.has(name))
      .flatMap((name) => remove(root, `${baseFolder}/${name}`)),
    ...write(root, lockPath, serializeLock(lock), { always: true }),
  ];
}

/** A base that can be read stays as it is, however it is stored. */
function readableIn(root: string): (id: string) => boolean {
  return existsSync(root) ? (id) => readBase(root, id) !== undefined : () => false;
}

function writeBase(root: string, id: string, text: string): Change[] {
  return write(root, `${baseFolder}/${id}`, markBase(id, text));
}

function listBases(root: string): readonly string[] {
  try {
    const names = readdirSync(join(root, baseFolder));
    return names.filter((name) => /^[0-9a-f]{40}$/.test(name)).sort();
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return [];
    throw fileError(error, 'read', baseFolder);
  }
}

function write(root: string, path: string, text: string, { always = false } = {}): Change[] {
  const found = look(join(root, path), path);
  if (found.kind === 'file') {
    const isSame = found.id === contentId(Buffer.from(text));
    if (isSame && !always) return [];
    return [{ kind: 'write', path, content: text, mode: '644', before: { id: found.id } }];
  }
  return [{ kind: 'write', path, content: text, mode: '644', before: 'absent' }];
}

function remove(root: string, path: string): Change[] {
  const found = look(join(root, path), path);
  return found.kind === 'file' ? [{ kind: 'delete', path, before: { id: found.id } }] : [];
}
