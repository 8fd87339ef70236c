import { dirname, relative } from 'node:path';

import { inputError, type ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Git } from './git.js';
import { findGitTop } from './git-folder.js';
import { resolveRoot } from './inside.js';

const MAX_SHOWN = 5;

/** What to say of paths that would be written although git keeps them off the disk. */
export async function describeHidden(git: Git, paths: readonly string[]): Promise<ToolError> {
  const more = paths.length > MAX_SHOWN ? ` and ${paths.length - MAX_SHOWN} more` : '';
  const shown = `${paths.slice(0, MAX_SHOWN).map(quote).join(', ')}${more}`;
  return inputError(
    'hidden-path',
    `these files would be written, and git hides them (sparse checkout): ${shown}.`,
    await adviceOn(git, paths),
  );
}

async function adviceOn(git: Git, paths: readonly string[]): Promise<string> {
  const config = await git.config();
  if (!isTrue(config.get('core.sparsecheckout'))) {
    return `They are marked skip-worktree: git update-index --no-skip-worktree ${paths.map(word).join(' ')}`;
  }
  const disable = 'or all of it: git sparse-checkout disable';
  if (isTrue(config.get('core.sparsecheckoutcone'))) {
    const folders = new Set(paths.map((path) => dirname(path).split('/')[0] ?? '.'));
    return `Bring them in: git sparse-checkout add ${[...folders].map(word).join(' ')}\n${disable}`;
  }
  // Patterns are relative to the top of the repository, where the command must be run.
  const root = resolveRoot(git.root);
  const prefix = relative(findGitTop(root) ?? root, root);
  const patterns = paths.map((path) => word(`/${prefix === '' ? '' : `${prefix}/`}${path}`));
  const at = prefix === '' ? '' : `-C ${word(relative(root, findGitTop(root) ?? root))} `;
  return `Bring them in: git ${at}sparse-checkout add ${patterns.join(' ')}\n${disable}`;
}

function isTrue(value: string | undefined): boolean {
  return /^(?:true|yes|on|1)$/i.test(value ?? '');
}

function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
