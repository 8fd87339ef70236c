import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Change } from './change.js';
import { contentId } from './content-id.js';
import { replaceDurably } from './durable.js';
import { openGit, type GitHost } from './git.js';
import { resolveInside, resolveRoot } from './inside.js';
import { lockPath } from '../model/lock.js';
import { writeProject } from './transaction.js';
import { guardWrite } from './write-guard.js';

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
  const record = [rewrite(root, lockPath, readFileSync(join(root, lockPath), 'utf8'))];
  await writeProject({
    root,
    command: 'scaffold check --fix',
    signal: host.signal,
    changes,
    record,
  });
}

function rewrite(root: string, path: string, content: string): Change {
  const full = resolveInside(root, path);
  const mode = (statSync(full).mode & 0o100) === 0 ? '644' : '755';
  return { kind: 'write', path, content, mode, before: { id: contentId(readFileSync(full)) } };
}
