import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { MANIFEST } from './check-files.js';
import { openGit, type GitHost } from './git.js';
import { outputOf } from './git-answer.js';
import { parseTree, readBlobs } from './git-files.js';
import { notFetched } from './hidden-files.js';
import { decodeText } from './read-file.js';

/**
 * What `check` reads of a folder, as it was at a revision.
 *
 * @throws ToolError `no-such-revision` (exit 2), `not-fetched` in a partial clone, and exit 6 when git does not answer
 */
export async function readCheckFilesAt(
  root: string,
  revision: string,
  host: GitHost,
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
  const wanted = [...tree].filter(([path]) =>
    isService
      ? path === 'scaffold.yaml' || (path.startsWith('deploy/') && MANIFEST.test(path))
      : MANIFEST.test(path),
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
