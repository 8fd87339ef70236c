import type { DriftedFile, DriftStatus } from '../model/drift.js';
import type { ExitCode } from '../model/errors.js';

/** What `drift` found in one repo. */
export type RepoDrift = {
  /** As the user named it. */
  readonly path: string;
  readonly status: 'clean' | 'drifted' | 'conflict' | 'error';
  /** Version that wrote the repo; undefined when that could not be read. */
  readonly recorded: string | undefined;
  readonly current: string;
  readonly files: readonly DriftedFile[];
  /** Files that an update would leave for people to decide. */
  readonly conflicts: readonly string[];
  readonly error:
    | {
        readonly code: string;
        readonly exitCode: ExitCode;
        readonly message: string;
        readonly hint: string;
      }
    | undefined;
};

/** An edit is information, unless it touches a policy of the mesh or somebody asked to be strict. What is accepted never counts. */
export function isDriftingFile({ path, status, accepted }: DriftedFile, strict: boolean): boolean {
  if (accepted !== undefined) return false;
  return status !== 'modified' || strict || isPolicy(path);
}

function isPolicy(path: string): boolean {
  return /^deploy\/(?:mesh|overlays)\//.test(path);
}

export function isDrift(repo: RepoDrift, strict: boolean): boolean {
  return repo.files.some((file) => isDriftingFile(file, strict));
}

/** Numbers of repos by status, and of all. */
export function summarizeDrift(
  repos: readonly RepoDrift[],
): Record<RepoDrift['status'] | 'repos', number> {
  const count = (status: RepoDrift['status']): number =>
    repos.filter((repo) => repo.status === status).length;
  return {
    repos: repos.length,
    clean: count('clean'),
    drifted: count('drifted'),
    conflict: count('conflict'),
    error: count('error'),
  };
}

/** Paths by status, in the order of the statuses as they first appear; accepted ones left out. */
export function groupByStatus(
  files: readonly DriftedFile[],
): ReadonlyMap<DriftStatus, readonly string[]> {
  const groups = new Map<DriftStatus, string[]>();
  for (const { path, status, accepted } of files) {
    if (accepted === undefined) groups.set(status, [...(groups.get(status) ?? []), path]);
  }
  return groups;
}
