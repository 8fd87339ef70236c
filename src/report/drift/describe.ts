import type { DriftedFile } from '../../model/drift.js';
import { fixOf, type DriftGroup, type RepoDrift } from './repo-drift.js';

/** Paths shown for one status; the rest is a number. */
const SHOWN = 4;

/** One status of a repo in words, with the command that ends it. */
export function describeGroup({ status, counts, files }: DriftGroup, repo: RepoDrift): string {
  const [first] = files;
  const shown = files.slice(0, SHOWN).map(({ path }) => path);
  const more = files.length - shown.length;
  const list = `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  const fix = first === undefined ? undefined : fixOf(first);
  switch (status) {
    case 'unresolved':
      return `${list}: resolve the conflict, then ${fix ?? ''}`;
    case 'missing':
      return `${list}: deleted here${undo(files, fix)}`;
    case 'modified':
      return `${list}: edited here${counts ? undo(files, fix) : ''}`;
    case 'outdated':
      return `${describeVersions(repo)}: ${list}; ${mergeOf(repo)}: ${fix ?? ''}`;
    case 'unapplied':
      return `scaffold.yaml asks for it: ${list}; ${mergeOf(repo)}: ${fix ?? ''}`;
  }
}

function describeVersions({ recorded = '', current }: RepoDrift): string {
  return recorded === current
    ? `the lock names template ${current}, which did not write`
    : `template ${recorded} → ${current}`;
}

/** The record of what was written gives it back; what is intended is accepted. */
function undo(files: readonly DriftedFile[], fix: string | undefined): string {
  const accept = 'with a reason, accept it under drift: in scaffold.yaml';
  if (fix === undefined) return `; ${accept}`;
  return `. Undo${files.length > 1 ? ' the first' : ''}: ${fix}   or, ${accept}`;
}

function mergeOf({ conflicts }: RepoDrift): string {
  return conflicts.length === 0
    ? 'merges cleanly'
    : `${conflicts.length} file${conflicts.length === 1 ? '' : 's'} would be in conflict`;
}

/** What is intended, with its reason and its last day. */
export function describeAccepted({ path, status, accepted }: DriftedFile): string {
  const until = accepted?.until === undefined ? '' : ` (until ${accepted.until})`;
  return `${path} is ${status}: ${accepted?.reason ?? ''}${until}`;
}

/** What the template gives as reasons, each with the number of repos that it reaches. */
export function countReasons(repos: readonly RepoDrift[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { files } of repos) {
    for (const reason of new Set(files.flatMap(({ why }) => why ?? []))) {
      counts.set(reason, (counts.get(reason) ?? 0) + 1);
    }
  }
  return counts;
}
