import { existsSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';

import { openGit, runGit, type GitHost } from './git.js';
import { gitFailed, gitMissing, outputOf } from './git-answer.js';
import { findGitTop } from './git-folder.js';

/**
 * Whether a new project must be a repository of its own: it lies in no work tree, or in one that ignores
 * it. Without git it must.
 *
 * @throws ToolError exit 6 when the work tree belongs to another user, or git fails in it
 */
export async function needsRepository(root: string, host: GitHost): Promise<boolean> {
  let above = root;
  while (!existsSync(above) && dirname(above) !== above) above = dirname(above);
  const git = openGit(realpathSync(above), host);
  if (findGitTop(git.root) === undefined) return true;
  const inside = await git.ask(['rev-parse', '--is-inside-work-tree']);
  if (inside.kind === 'missing') return true;
  if (outputOf(inside, git)?.toString('utf8').trim() !== 'true') return true;
  if (above === root) return false;
  return (await git.ask(['check-ignore', '--', `${root}/`])).kind === 'answer';
}

/**
 * Makes a git repository with nothing committed, its first branch named main.
 *
 * @throws ToolError `git-missing`, `git-failed` (exit 6)
 */
export async function createRepository(folder: string, host: GitHost): Promise<void> {
  const init = ['init', '--quiet', '--initial-branch=main'];
  const answer = await runGit(init, { ...host, cwd: folder });
  if (answer.kind === 'answer') return;
  if (answer.kind === 'missing') {
    throw gitMissing('a service must be a repository, so that later changes can be merged');
  }
  throw gitFailed(folder, answer.kind === 'failed' ? answer.reason : answer.kind);
}
