import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Git } from './git.js';
import { readAttributes, type Attributes } from './git-attributes.js';
import { listGitFiles, type GitFiles } from './git-files.js';
import { findOtherSide } from './git-merge.js';
import { describeHidden } from './hidden-path.js';
import { findUncommitted } from './uncommitted.js';

export type GuardedWrite = {
  /** All that will be written or deleted. */
  readonly paths: readonly string[];
  /** Those of them that hold edits of people: git must be able to give these back. */
  readonly edited: readonly string[];
  /** The user has said that edits need not be committed. */
  readonly allowDirty: boolean;
  /** What becomes of the edits. */
  readonly fate?: 'merged' | 'lost';
};

/**
 * Refuses a write into a repository that git would not see, or whose edits it could not give back.
 *
 * @returns false outside of a repository, where nothing is known
 * @throws ToolError exit 2: `hidden-path` (skip-worktree), `filtered-path`, `dirty`; 6 when the folder is a repository
 *   and git does not answer
 */
export async function guardWrite(
  git: Git,
  { paths, edited, allowDirty, fate = 'merged' }: GuardedWrite,
): Promise<boolean> {
  const files = await listFiles(git, allowDirty);
  if (files === undefined) return false;
  const hidden = paths.filter((path) => files.tracked.get(path)?.isSkipped === true);
  if (hidden.length > 0) throw await describeHidden(git, hidden);
  const attributes = await readAttributes(git, paths);
  requireUnfiltered(paths, attributes);
  if (allowDirty || edited.length === 0) return true;
  const dirty = await findUncommitted(git, { paths: edited, files, attributes });
  if (dirty.length === 0) return true;
  if ((await findOtherSide(git)) === undefined) throw notCommitted(dirty, fate);
  const isMerging = true;
  const open = await findUncommitted(git, { paths: dirty, files, attributes, isMerging });
  if (open.length > 0) throw notResolved(open);
  return true;
}

/** @param paths in conflict, in the middle of a merge */
export function notResolved(paths: readonly string[]): ToolError {
  return new ToolError({
    code: 'merge-unresolved',
    exitCode: exitCodes.usage,
    message: `a merge is in progress, and these files are neither resolved nor staged: ${paths.join(', ')}.`,
    hint: `Resolve them, then git add ${paths.join(' ')} and run again: the record below .scaffold is resolved for you.`,
  });
}

/** @param fate what would become of the edits */
export function notCommitted(paths: readonly string[], fate: 'merged' | 'lost'): ToolError {
  return new ToolError({
    code: 'dirty',
    exitCode: exitCodes.usage,
    message: `these files have edits that are not committed, and would be ${fate}: ${paths.join(', ')}.`,
    hint: 'Commit or stash them first, or pass --allow-dirty.',
  });
}

async function listFiles(git: Git, allowDirty: boolean): Promise<GitFiles | undefined> {
  try {
    return await listGitFiles(git);
  } catch (error) {
    if (!(error instanceof ToolError) || error.code !== 'git-missing') throw error;
    if (allowDirty) return undefined;
    throw new ToolError({
      code: 'git-missing',
      exitCode: exitCodes.environment,
      message: `git is not on PATH, and only git knows which edits in ${quote(git.root)} are committed.`,
      hint: 'Install git 2.38 or later (https://git-scm.com/downloads), or pass --allow-dirty.',
      cause: error,
    });
  }
}

function requireUnfiltered(paths: readonly string[], attributes: Attributes): void {
  const filtered = paths.flatMap((path) => {
    const filter = attributes.get(path)?.filter;
    return filter === undefined ? [] : [{ path, filter }];
  });
  const [first] = filtered;
  if (first === undefined) return;
  const shown = filtered.map(({ path, filter }) => `${quote(path)} (filter=${filter})`).join(', ');
  throw inputError(
    'filtered-path',
    `git passes these files through a program, which is never run here: ${shown}.`,
    `Take them out in .gitattributes: ${first.path} -filter`,
  );
}
