import type { Change } from '../io/change.js';
import { savedName } from '../io/copy-aside.js';
import { readBases, type Repo, type RepoState } from '../io/repo.js';
import { notResolved } from '../io/write-guard.js';
import type { Lock } from '../model/lock.js';
import type { Tree } from '../model/tree.js';
import { requestPath } from '../stages/compose-request.js';
import { isAsGitLeft, mergeBranches } from '../stages/merge/merge-branches.js';
import { isMarked } from '../stages/merge-locks.js';

/** Files that git left in conflict, merged by what the tool knows of both branches. */
export type ResolvedMerge = {
  /** Their texts by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** Those in which people may have begun to resolve by hand: what they have is kept beside it. */
  readonly begun: ReadonlySet<string>;
};

const NOTHING: ResolvedMerge = { texts: new Map(), begun: new Set() };

/**
 * Merges the files of the template that git left in conflict. What people resolved is left as it is.
 *
 * @throws ToolError `merge-unresolved` (exit 2), naming those that only people can decide
 */
export async function resolveMerge(
  repo: Repo,
  { ours }: RepoState,
  tree: Tree,
): Promise<ResolvedMerge> {
  const { merge } = repo;
  if (merge === undefined) return NOTHING;
  const { locks } = merge;
  const marked = [...merge.unmerged].flatMap(([path, stages]) => {
    const found = ours.get(path);
    const text = found?.kind === 'file' ? found.side.text : undefined;
    const isOurs = tree.has(path) && path !== requestPath;
    return isOurs && text !== undefined && isMarked(text) ? [{ path, text, stages }] : [];
  });
  const blobs = await merge.read(
    marked.flatMap(({ stages }) => [stages.base, stages.ours, stages.theirs]),
  );
  const written = await readBases(
    repo,
    marked.flatMap(({ path }) => [idIn(locks.ours, path), idIn(locks.theirs, path)]),
  );
  const side = (lock: Lock | undefined, path: string, id: string | undefined) => {
    const text = blobs.get(id ?? '');
    const recorded = written.get(idIn(lock, path));
    return text === undefined || recorded === undefined ? undefined : { text, written: recorded };
  };
  const texts = new Map<string, string>();
  const begun = new Set<string>();
  for (const { path, text, stages } of marked) {
    const [left, right] = [
      side(locks.ours, path, stages.ours),
      side(locks.theirs, path, stages.theirs),
    ];
    const wanted = tree.get(path)?.text ?? '';
    if (left === undefined || right === undefined) continue;
    const merged = mergeBranches(path, { ours: left, theirs: right }, wanted);
    if (merged === undefined) continue;
    texts.set(path, merged);
    const base = blobs.get(stages.base ?? '') ?? '';
    if (!isAsGitLeft(text, { base, ours: left.text, theirs: right.text })) begun.add(path);
  }
  const open = marked.map(({ path }) => path).filter((path) => !texts.has(path));
  if (open.length > 0) throw notResolved(open);
  return { texts, begun };
}

/** The id of what the tool wrote, of a file that it merges; empty for any other. */
function idIn(lock: Lock | undefined, path: string): string {
  const file = lock?.files.find((candidate) => candidate.path === path);
  return file?.ownership === 'managed' || file?.ownership === 'composed' ? file.id : '';
}

/** What is on disk where people began to resolve, as new files beside it. */
export function keepBegun(
  { root, merge }: Repo,
  { begun }: ResolvedMerge,
  { ours }: RepoState,
): readonly Change[] {
  const paths = [...begun, ...(merge?.request?.isAsGitLeft === false ? [requestPath] : [])];
  return paths.flatMap((path) => {
    const found = ours.get(path);
    if (found?.kind !== 'file' || found.side.text === undefined) return [];
    const { text } = found.side;
    return [
      {
        kind: 'write' as const,
        path: savedName(root, path),
        content: found.crlf ? text.replaceAll('\n', '\r\n') : text,
        mode: found.side.mode,
        before: 'absent' as const,
      },
    ];
  });
}
