import { join } from 'node:path';

import { isManifestPath } from './check-files.js';
import { openGit, type GitHost } from './git.js';
import { findHiddenFiles, notFetched } from './hidden-files.js';
import { statOrUndefined } from './inside.js';

/**
 * What `check` reads of a folder and git keeps off the disk, by path.
 *
 * @throws ToolError exit 6 when git does not answer, or a partial clone lacks the contents
 */
export async function readHiddenManifests(
  root: string,
  host: GitHost,
): Promise<ReadonlyMap<string, Buffer>> {
  const hidden = await findHiddenFiles(openGit(root, host));
  const paths = [...hidden.entries].flatMap(([path, { mode }]) =>
    mode.startsWith('100') && isRead(path) && statOrUndefined(join(root, path)) === undefined
      ? [path]
      : [],
  );
  if (paths.length === 0) return new Map();
  const contents = await hidden.read(paths);
  const missing = paths.find((path) => !contents.has(path));
  if (missing !== undefined) throw notFetched(missing);
  return contents;
}

function isRead(path: string): boolean {
  return path === 'scaffold.yaml' || isManifestPath(path, '');
}
