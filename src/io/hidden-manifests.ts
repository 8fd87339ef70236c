import { join } from 'node:path';

import { lockPath } from '../model/lock.js';
import { openGit, type GitHost } from './git.js';
import { findHiddenFiles, notFetched } from './hidden-files.js';
import { statOrUndefined } from './inside.js';
import { isManifestPath } from './list-manifests.js';

/** What git keeps off the disk below a folder. */
export type HiddenPart = {
  /** Contents of what `check` reads, by path. */
  readonly manifests: ReadonlyMap<string, Buffer>;
  /** Text of the lock, where it is hidden and on this machine. */
  readonly lock: string | undefined;
  /** Every path but those of `manifests`, sorted. */
  readonly others: readonly string[];
};

/**
 * What `check` reads of a folder and git keeps off the disk, by path.
 *
 * @throws ToolError exit 6 when git does not answer, or a partial clone lacks the contents
 */
export async function readHiddenManifests(
  root: string,
  host: GitHost,
): Promise<ReadonlyMap<string, Buffer>> {
  return (await readHiddenPart(root, host)).manifests;
}

/** The same, with the paths of everything else. @throws ToolError as {@link readHiddenManifests} */
export async function readHiddenPart(root: string, host: GitHost): Promise<HiddenPart> {
  const hidden = await findHiddenFiles(openGit(root, host));
  const paths = [...hidden.entries].flatMap(([path, { mode }]) =>
    mode.startsWith('100') && statOrUndefined(join(root, path)) === undefined ? [path] : [],
  );
  const others = paths.filter((path) => !isRead(path)).sort();
  const read = paths.filter(isRead);
  const lock = paths.includes(lockPath)
    ? (await hidden.read([lockPath])).get(lockPath)?.toString('utf8')
    : undefined;
  if (read.length === 0) return { manifests: new Map(), lock, others };
  const contents = await hidden.read(read);
  const missing = read.find((path) => !contents.has(path));
  if (missing !== undefined) throw notFetched(missing);
  return { manifests: contents, lock, others };
}

function isRead(path: string): boolean {
  return path === 'scaffold.yaml' || isManifestPath(path, '');
}
