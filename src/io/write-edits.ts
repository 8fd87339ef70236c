import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Change } from './change.js';
import { contentId } from './content-id.js';
import { replaceDurably } from './durable.js';
import { resolveInside, resolveRoot } from './inside.js';
import { lockPath } from '../model/lock.js';
import { writeProject } from './transaction.js';

/**
 * Writes edited manifests: in a service through the same transaction as everything else (the lock stays as
 * it is), elsewhere file by file.
 *
 * @throws ToolError as `writeProject`
 */
export async function writeEdits(
  folder: string,
  files: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const root = resolveRoot(folder);
  const lock = statSync(join(root, lockPath), { throwIfNoEntry: false });
  if (lock?.isFile() !== true) {
    for (const [path, text] of files) replaceDurably(resolveInside(root, path), text);
    return;
  }
  const changes = [...files].map(([path, text]) => rewrite(root, path, text));
  const record = [rewrite(root, lockPath, readFileSync(join(root, lockPath), 'utf8'))];
  await writeProject({ root, command: 'scaffold check --fix', signal, changes, record });
}

function rewrite(root: string, path: string, content: string): Change {
  const full = resolveInside(root, path);
  const mode = (statSync(full).mode & 0o100) === 0 ? '644' : '755';
  return { kind: 'write', path, content, mode, before: { id: contentId(readFileSync(full)) } };
}
