import type { Git } from './git.js';

/** A file that git leaves out of commits, and the line that says so. */
export type IgnoredFile = {
  readonly path: string;
  /** File with the pattern, such as `.gitignore`, as git names it. */
  readonly source: string;
  readonly line: number;
  readonly pattern: string;
};

/**
 * Which files of a project git ignores although they are not tracked: a clone of somebody else lacks them.
 *
 * @param git of the project's root
 * @param paths relative to it; they need not be there yet
 * @returns none outside git, and where git is missing
 * @throws ToolError as `Git.ask`
 */
export async function findIgnored(
  git: Git,
  paths: readonly string[],
): Promise<readonly IgnoredFile[]> {
  if (paths.length === 0) return [];
  const args = ['check-ignore', '--verbose', '-z', '--stdin'];
  // Ends with 1 where nothing is ignored.
  const answer = await git.ask(args, `${paths.join('\0')}\0`);
  const fields = answer.kind === 'answer' ? answer.output.toString('utf8').split('\0') : [];
  const found: IgnoredFile[] = [];
  for (let at = 0; at + 3 < fields.length; at += 4) {
    const [source = '', line = '', pattern = '', path = ''] = fields.slice(at, at + 4);
    // A pattern with ! takes a file out of those that are ignored.
    if (!pattern.startsWith('!')) found.push({ path, source, line: Number(line), pattern });
  }
  return found;
}
