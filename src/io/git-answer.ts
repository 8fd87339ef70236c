import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Git, GitAnswer } from './git.js';

/**
 * What git answered.
 *
 * @returns undefined outside of a repository
 * @throws ToolError `git-missing`, `folder-not-owned`, `git-failed` (exit 6) when a repository is there and git does
 *   not answer: whoever needs the answer must not go on without it
 */
export function outputOf(answer: GitAnswer, { root }: Pick<Git, 'root'>): Buffer | undefined {
  switch (answer.kind) {
    case 'answer':
      return answer.output;
    case 'outside':
      return undefined;
    case 'missing':
      throw gitMissing(`${quote(root)} lies in a git repository`);
    case 'not-owned':
      throw notOwned(answer.folder);
    case 'failed':
      throw gitFailed(root, answer.reason);
  }
}

/** @param because ends the sentence that git is needed */
export function gitMissing(because: string): ToolError {
  return new ToolError({
    code: 'git-missing',
    exitCode: exitCodes.environment,
    message: `git is not on PATH, and it is needed: ${because}.`,
    hint: 'Install git 2.38 or later: https://git-scm.com/downloads',
  });
}

function notOwned(folder: string): ToolError {
  return new ToolError({
    code: 'folder-not-owned',
    exitCode: exitCodes.environment,
    message: `git refuses to work in ${quote(folder)}, because the folder belongs to another user.`,
    hint: `If you trust what is in it: git config --global --add safe.directory ${shellWord(folder)}`,
  });
}

/** @param reason as git words it */
export function gitFailed(root: string, reason: string): ToolError {
  return new ToolError({
    code: 'git-failed',
    exitCode: exitCodes.environment,
    message: `git does not work in ${quote(root)}: ${reason}`,
    hint: 'Run git status there to see more; npx meshwright doctor shows which git is here.',
  });
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
