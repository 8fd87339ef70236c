import { execFile } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { exitCodes, ToolError } from '../model/errors.js';
import { hasCode } from './file-error.js';
import { withoutGitVariables } from './git.js';

const run = promisify(execFile);

/**
 * Whether a new project must be a repository of its own: it lies in no work tree, or in one that ignores
 * it. Without git it must.
 */
export async function needsRepository(root: string): Promise<boolean> {
  let above = root;
  while (!existsSync(above) && dirname(above) !== above) above = dirname(above);
  if (!hasGitAbove(realpathSync(above))) return true;
  const inside = await ask(above, ['rev-parse', '--is-inside-work-tree']);
  if (inside?.trim() !== 'true') return true;
  if (above === root) return false;
  return (await ask(above, ['check-ignore', '--', `${root}/`])) !== undefined;
}

/** Spares a run of git where there is nothing for it to find. */
function hasGitAbove(folder: string): boolean {
  if (existsSync(join(folder, '.git'))) return true;
  return dirname(folder) !== folder && hasGitAbove(dirname(folder));
}

/** What git prints; undefined when it ends with anything but 0. */
async function ask(cwd: string, args: readonly string[]): Promise<string | undefined> {
  try {
    return (await run('git', args, { cwd, env: withoutGitVariables(process.env) })).stdout;
  } catch {
    return undefined;
  }
}

/**
 * Makes a git repository with nothing committed, its first branch named main.
 *
 * @throws ToolError `git-missing`, `git-failed` (exit 6)
 */
export async function createRepository(folder: string): Promise<void> {
  try {
    await run('git', ['init', '--quiet', '--initial-branch=main'], {
      cwd: folder,
      env: withoutGitVariables(process.env),
    });
  } catch (error) {
    if (hasCode(error, 'ENOENT')) {
      throw new ToolError({
        code: 'git-missing',
        exitCode: exitCodes.environment,
        message:
          'git is not on PATH: a service must be a repository, so that later changes can be merged.',
        hint: 'Install git 2.38 or later: https://git-scm.com/downloads',
        cause: error,
      });
    }
    throw new ToolError({
      code: 'git-failed',
      exitCode: exitCodes.environment,
      message: `git init failed: ${error instanceof Error ? error.message.trim() : String(error)}`,
      hint: 'Run it by hand to see more; npx meshwright doctor shows which git is here.',
      cause: error,
    });
  }
}
