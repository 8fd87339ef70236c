import { resolvedPaths, type PreparedUpdate } from './apply-request.js';

/** What an update says of a merge in git: what came of its conflicts, and what is left of them. */
export function mergeNotes(update: PreparedUpdate): string[] {
  const { repo, saved } = update;
  const resolved = resolvedPaths(update);
  const left = leftInConflict(update);
  return [
    ...(repo.disputed.length === 0
      ? []
      : [
          `The lock was in conflict. Recomputed from scaffold.yaml as it is now: ${repo.disputed.join(', ')}.`,
        ]),
    ...(resolved.length === 0 ? [] : [`Merged from both branches: ${resolved.join(', ')}.`]),
    ...saved.map(({ path }) => `What you began to resolve by hand is kept in ${path}.`),
    ...(repo.disputed.length === 0 && repo.merge === undefined
      ? []
      : [
          `In git, before the merge is committed: ${['git add --all .scaffold', ...pathsToAdd(update)].join(' ')}`,
        ]),
    ...(left.length === 0
      ? []
      : [
          `Still in conflict, and yours to decide: ${left.join(', ')}. Then git add ${left.join(' ')}`,
        ]),
  ];
}

/** What git must be told, so that it takes the conflicts for resolved. */
function pathsToAdd({ changes, saved, ...update }: PreparedUpdate): readonly string[] {
  const kept = new Set(saved);
  const written = changes.filter((change) => !kept.has(change)).map(({ path }) => path);
  return [...new Set([...resolvedPaths(update), ...written])].sort();
}

/** Files in conflict that no update writes. */
function leftInConflict(update: PreparedUpdate): readonly string[] {
  const done = new Set([...resolvedPaths(update), ...update.changes.map(({ path }) => path)]);
  return [...(update.repo.merge?.unmerged.keys() ?? [])].filter(
    (path) => !path.startsWith('.scaffold/') && !done.has(path),
  );
}
