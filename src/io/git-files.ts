import type { Git, GitAnswer } from './git.js';
import { outputOf } from './git-answer.js';

/** A file that git tracks. */
export type TrackedFile = {
  /** Of its blob. */
  readonly id: string;
  /** As git writes it: 100644, 100755, 120000, 160000. */
  readonly mode: string;
  /** Marked skip-worktree: git does not expect it on disk, as in a sparse checkout. */
  readonly isSkipped: boolean;
};

/** Files below a folder by their path relative to it. */
export type GitFiles = {
  readonly tracked: ReadonlyMap<string, TrackedFile>;
  /** Neither tracked nor ignored. */
  readonly untracked: ReadonlySet<string>;
};

const LIST = ['ls-files', '-z', '-t', '--stage', '--cached'];

/**
 * Lists what git knows below its folder.
 *
 * @returns undefined outside of a repository
 * @throws ToolError as `outputOf`
 */
export async function listGitFiles(
  git: Git,
  { untracked = true }: { readonly untracked?: boolean } = {},
): Promise<GitFiles | undefined> {
  const others = untracked ? ['--others', '--exclude-standard'] : [];
  const output = outputOf(await git.ask([...LIST, ...others, '--', '.']), git);
  return output === undefined ? undefined : parseFiles(output.toString('utf8'));
}

/** Files below a folder that git tracks or does not ignore; undefined where git does not answer. */
export async function listWorkTree(git: Git): Promise<readonly string[] | undefined> {
  const answer = await git.ask([...LIST, '--others', '--exclude-standard', '--', '.']);
  if (answer.kind !== 'answer') return undefined;
  const { tracked, untracked } = parseFiles(answer.output.toString('utf8'));
  return [...tracked.keys(), ...untracked];
}

/** False when the repository says that mode bits mean nothing there (`core.fileMode=false`). */
export async function keepsModes(git: Git): Promise<boolean> {
  return !/^(?:false|no|off|0|)$/i.test((await git.config()).get('core.filemode') ?? 'true');
}

/** Lines are `? PATH`, and `TAG MODE ID STAGE<tab>PATH` for what is tracked. */
function parseFiles(text: string): GitFiles {
  const tracked = new Map<string, TrackedFile>();
  const untracked = new Set<string>();
  for (const line of text.split('\0')) {
    if (line.startsWith('? ')) {
      // A repository within the repository is listed as a folder.
      if (!line.endsWith('/')) untracked.add(line.slice(2));
      continue;
    }
    const [, tag, mode = '', id = '', path = ''] =
      /^(\S) (\d+) ([0-9a-f]+) \d\t(.*)$/s.exec(line) ?? [];
    if (tag !== undefined) tracked.set(path, { id, mode, isSkipped: tag === 'S' });
  }
  return { tracked, untracked };
}

/** Ids of the blobs of the last commit, by path below the folder; undefined outside of a repository. */
export async function listCommitted(git: Git): Promise<ReadonlyMap<string, string> | undefined> {
  const answer = await git.ask(['ls-tree', '-r', '-z', 'HEAD']);
  // Nothing is committed yet.
  if (answer.kind === 'failed' && answer.reason.startsWith('Not a valid object name')) {
    return new Map();
  }
  const output = outputOf(answer, git);
  return output === undefined ? undefined : parseTree(output.toString('utf8'));
}

/** Lines of `git ls-tree -z`: `MODE TYPE ID<tab>PATH`. */
export function parseTree(text: string): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const line of text.split('\0')) {
    const [, id, path = ''] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? [];
    if (id !== undefined) ids.set(path, id);
  }
  return ids;
}

/**
 * Contents of blobs by id, as far as they are on this machine: nothing is fetched.
 *
 * @throws ToolError as `Git.ask`
 */
export async function readBlobs(
  git: Git,
  ids: Iterable<string>,
): Promise<ReadonlyMap<string, Buffer>> {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  const answer: GitAnswer = await git.ask(
    ['cat-file', '--batch'],
    wanted.map((id) => `${id}\n`).join(''),
  );
  return answer.kind === 'answer' ? parseBlobs(answer.output) : new Map<string, Buffer>();
}

function parseBlobs(output: Buffer): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf('\n', at);
    if (end === -1) break;
    const [id = '', type = '', size = ''] = output.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    if (type === 'blob') blobs.set(id, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}
