import { basename, dirname } from 'node:path/posix';

import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { isContractPath } from '../stages/contract-files.js';
import { openGit, type GitHost } from './git.js';
import { loadExclusion } from './exclusion.js';
import { outputOf } from './git-answer.js';
import { parseTree, readBlobs } from './git-files.js';
import { notFetched } from './hidden-files.js';
import { isManifestPath } from './list-manifests.js';
import { decodeText } from './read-file.js';

/**
 * What `check` reads of a folder, as it was at a revision.
 *
 * @param exclude globs of files that are left out
 * @throws ToolError `no-such-revision` (exit 2), `not-fetched` in a partial clone, and exit 6 when git does not answer
 */
export async function readCheckFilesAt(
  root: string,
  revision: string,
  host: GitHost,
  exclude: readonly string[] = [],
): Promise<Map<string, string>> {
  const git = openGit(root, host);
  const found = await git.ask([
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  const commit = found.kind === 'failed' ? undefined : outputOf(found, git);
  if (commit === undefined) {
    throw inputError(
      'no-such-revision',
      `git knows no revision ${quote(revision)} in ${quote(root)}.`,
      'In a shallow clone, fetch it first.',
    );
  }
  const id = commit.toString('utf8').trim();
  const listed = outputOf(await git.ask(['ls-tree', '-r', '-z', id]), git);
  const tree = parseTree(listed?.toString('utf8') ?? '');
  const isService = tree.has('scaffold.yaml');
  const charts = [...tree.keys()].filter((path) => basename(path) === 'Chart.yaml').map(dirname);
  const isTemplate = (path: string): boolean =>
    charts.some((chart) => path.startsWith(chart === '.' ? 'templates/' : `${chart}/templates/`));
  const isExcluded = await loadExclusion(exclude);
  const isContract = (path: string): boolean => isService && isContractPath(path);
  const wanted = [...tree].filter(
    ([path]) =>
      (isService && path === 'scaffold.yaml') ||
      (isManifestPath(path, isService ? 'deploy' : '') && !isTemplate(path) && !isExcluded(path)) ||
      (isContract(path) && !isExcluded(path)),
  );
  const blobs = await readBlobs(
    git,
    wanted.map(([, blob]) => blob),
  );
  return new Map(
    wanted.map(([path, blob]) => {
      const bytes = blobs.get(blob);
      if (bytes === undefined) throw notFetched(path);
      return [path, decodeText(bytes, path)] as const;
    }),
  );
}
