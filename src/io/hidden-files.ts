import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import type { Git } from './git.js';
import { listGitFiles, readBlobs, type TrackedFile } from './git-files.js';
import { findGitTop, mayHideFiles } from './git-folder.js';

/**
 * Files that git tracks and keeps off the disk: those outside of a sparse checkout, and others that are marked
 * skip-worktree. For whoever reads they exist, with the contents of the index.
 */
export type HiddenFiles = {
  /** By path; one of them may be on disk all the same, and is read there. */
  readonly entries: ReadonlyMap<string, TrackedFile>;
  /** Contents of those of the paths that are hidden and on this machine. */
  readonly read: (paths: Iterable<string>) => Promise<ReadonlyMap<string, Buffer>>;
};

const none: HiddenFiles = {
  entries: new Map(),
  read: async () => await Promise.resolve(new Map<string, Buffer>()),
};

/**
 * Finds the hidden files of a folder. Runs git only where the index can hide any.
 *
 * @throws ToolError exit 6 when git does not answer
 */
export async function findHiddenFiles(git: Git): Promise<HiddenFiles> {
  const top = findGitTop(git.root);
  if (top === undefined || !mayHideFiles(top)) return none;
  const files = await listGitFiles(git, { untracked: false });
  const entries = new Map([...(files?.tracked ?? [])].filter(([, { isSkipped }]) => isSkipped));
  if (entries.size === 0) return none;
  return {
    entries,
    read: async (paths) => {
      const ids = new Map<string, string>();
      for (const path of paths) {
        const entry = entries.get(path);
        if (entry?.mode.startsWith('100') === true) ids.set(path, entry.id);
      }
      const blobs = await readBlobs(git, ids.values());
      return new Map(
        [...ids].flatMap(([path, id]) => {
          const bytes = blobs.get(id);
          return bytes === undefined ? [] : [[path, bytes] as const];
        }),
      );
    },
  };
}

/** A partial clone leaves contents on its remote until they are asked for. */
export function notFetched(path: string): ToolError {
  return new ToolError({
    code: 'not-fetched',
    exitCode: exitCodes.environment,
    message: `the contents of ${quote(path)} are not on this machine: the repository is a partial clone.`,
    hint: 'Nothing is fetched here. Fetch them with git first: git sparse-checkout disable, or git checkout REVISION',
  });
}
