import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Change } from './change.js';
import { contentId } from './content-id.js';
import { replaceDurably } from './durable.js';
import { openGit, type GitHost } from './git.js';
import { resolveInside, resolveRoot } from './inside.js';
import { lockPath } from '../model/lock.js';
import { runFolder } from './journal.js';
import { readProjectFile } from './read-file.js';
import { readUnfinished, repairProject, writeProject } from './transaction.js';
import { guardWrite } from './write-guard.js';

const COMMAND = 'scaffold check --fix';

/**
 * Writes edited manifests: in a service through the same transaction as everything else (the lock stays as
 * it is), elsewhere file by file.
 *
 * @throws ToolError as `guardWrite` and `writeProject`
 */
export async function writeEdits(
  folder: string,
  files: ReadonlyMap<string, string>,
  host: GitHost,
): Promise<void> {
  const root = resolveRoot(folder);
  await guardWrite(openGit(root, host), {
    paths: [...files.keys()],
    edited: [],
    allowDirty: true,
  });
  const lock = statSync(join(root, lockPath), { throwIfNoEntry: false });
  if (lock?.isFile() !== true) {
    for (const [path, text] of files) replaceDurably(resolveInside(root, path), text);
    return;
  }
  const changes = [...files].map(([path, text]) => rewrite(root, path, text));
  const record = [
    rewrite(root, lockPath, readProjectFile(join(root, lockPath), lockPath).toString('utf8')),
  ];
  await writeProject({ root, command: COMMAND, signal: host.signal, changes, record });
}

/**
 * Ends what a killed `check --fix` left, before the manifests are read: finished or undone, it leaves nothing of its
 * own behind. An update that waits for people is left to wait.
 *
 * @throws ToolError as `repairProject`
 */
export async function repairEdits(folder: string, signal: AbortSignal): Promise<void> {
  if (!existsSync(join(folder, runFolder)) || readUnfinished(folder)?.stage === 'waiting') return;
  await repairProject(folder, { command: COMMAND, signal });
}

function rewrite(root: string, path: string, content: string): Change {
  const full = resolveInside(root, path);
  const mode = (statSync(full).mode & 0o100) === 0 ? '644' : '755';
  return {
    kind: 'write',
    path,
    content,
    mode,
    before: { id: contentId(readProjectFile(full, path)) },
  };
}
