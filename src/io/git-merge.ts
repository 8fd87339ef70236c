import { ToolError } from '../model/errors.js';
import { lockPath, type Lock } from '../model/lock.js';
import type { Git } from './git.js';
import { outputOf } from './git-answer.js';
import { readBlobs } from './git-files.js';
import { parseLock } from './lock-file.js';
import { decodeText } from './read-file.js';
import { withoutUniformCrlf } from './working-tree.js';

/** The three versions of a file in conflict, by the ids of their blobs; one that a side lacks is undefined. */
export type Stages = {
  readonly base: string | undefined;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
};

/** A merge, rebase, cherry-pick or revert that waits for people, as git's index has it. */
export type GitMerge = {
  /** Files in conflict, by their path below the folder. */
  readonly unmerged: ReadonlyMap<string, Stages>;
  /** What each side recorded; undefined where a side has no lock that can be read. */
  readonly locks: { readonly ours: Lock | undefined; readonly theirs: Lock | undefined };
  /** The LF texts of blobs, by id; what is no text is left out. */
  readonly read: (ids: readonly (string | undefined)[]) => Promise<ReadonlyMap<string, string>>;
};

/** What git calls the other side while it waits. A revert brings in what was before the commit that it undoes. */
const SIDES = {
  MERGE_HEAD: 'MERGE_HEAD',
  REBASE_HEAD: 'REBASE_HEAD',
  CHERRY_PICK_HEAD: 'CHERRY_PICK_HEAD',
  REVERT_HEAD: 'REVERT_HEAD^',
} as const;

/**
 * The commit whose changes git is merging in, as git names it: nothing can be committed or stashed then.
 *
 * @returns undefined when no merge waits
 * @throws ToolError as `Git.ask`
 */
export async function findOtherSide(git: Git): Promise<string | undefined> {
  for (const [head, side] of Object.entries(SIDES)) {
    const { kind } = await git.ask(['rev-parse', '--quiet', '--verify', head]);
    if (kind === 'answer') return side;
  }
  return undefined;
}

/**
 * Reads the conflicts below a folder.
 *
 * @returns undefined when no merge waits, or it has none here
 * @throws ToolError as `outputOf`
 */
export async function readGitMerge(git: Git): Promise<GitMerge | undefined> {
  const output = outputOf(await git.ask(['ls-files', '-z', '--unmerged', '--', '.']), git);
  const unmerged = parseStages(output?.toString('utf8') ?? '');
  const side = unmerged.size === 0 ? undefined : await findOtherSide(git);
  if (side === undefined) return undefined;
  return {
    unmerged,
    locks: { ours: await readLockAt(git, 'HEAD'), theirs: await readLockAt(git, side) },
    read: async (ids) => {
      const blobs = await readBlobs(
        git,
        ids.filter((id) => id !== undefined),
      );
      return new Map(
        [...blobs].flatMap(([id, bytes]) => {
          const text = textOf(bytes);
          return text === undefined ? [] : [[id, text] as const];
        }),
      );
    },
  };
}

/** Lines are `MODE ID STAGE<tab>PATH`. */
function parseStages(text: string): ReadonlyMap<string, Stages> {
  const stages = new Map<string, Stages>();
  for (const line of text.split('\0')) {
    const [, id = '', stage, path = ''] = /^\d+ ([0-9a-f]+) ([123])\t(.*)$/s.exec(line) ?? [];
    if (stage === undefined) continue;
    const known = stages.get(path) ?? { base: undefined, ours: undefined, theirs: undefined };
    const side = stage === '1' ? 'base' : stage === '2' ? 'ours' : 'theirs';
    stages.set(path, { ...known, [side]: id });
  }
  return stages;
}

async function readLockAt(git: Git, commit: string): Promise<Lock | undefined> {
  const answer = await git.ask(['rev-parse', '--quiet', '--verify', `${commit}:./${lockPath}`]);
  if (answer.kind !== 'answer') return undefined;
  const id = answer.output.toString('utf8').trim();
  const bytes = (await readBlobs(git, [id])).get(id);
  const text = bytes === undefined ? undefined : textOf(bytes);
  if (text === undefined) return undefined;
  try {
    return parseLock(text);
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return withoutUniformCrlf(decodeText(bytes, 'a file in conflict'));
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}
