import type { DriftedFile, DriftStatus } from '../../model/drift.js';
import type { ExitCode } from '../../model/errors.js';
import { lockPath } from '../../model/lock.js';

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
  /** It bears no trace of this tool; an error only where nothing else was named. */
  readonly foreign?: true;
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

/**
 * Repos that are judged, and paths that are no project of ours: `services/*` names folders of other kinds too.
 * Where all are foreign they are errors, since a job that names the wrong folder must not be green.
 */
export function splitForeign(all: readonly RepoDrift[]): {
  readonly repos: readonly RepoDrift[];
  readonly foreign: readonly string[];
} {
  const repos = all.filter(({ foreign }) => foreign !== true);
  if (repos.length === 0) return { repos: all, foreign: [] };
  return { repos, foreign: all.flatMap((repo) => (repo.foreign === true ? [repo.path] : [])) };
}

/** Paths shown; the rest is a number, and all of them are in the JSON document. */
const SHOWN = 10;

/** What was left out, as a sentence; empty when nothing was. */
export function describeForeign(foreign: readonly string[]): string {
  if (foreign.length === 0) return '';
  const more = foreign.length > SHOWN ? ` and ${foreign.length - SHOWN} more` : '';
  const [are, projects] = foreign.length === 1 ? ['is', 'a project'] : ['are', 'projects'];
  return `Left out: ${foreign.slice(0, SHOWN).join(', ')}${more} ${are} not ${projects} of meshwright (no scaffold.yaml, no ${lockPath}).`;
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

/** `96 clean, 4 drifted, 0 errors`. */
export function countDrift(repos: readonly RepoDrift[]): string {
  const { clean, drifted, conflict, error } = summarizeDrift(repos);
  return `${clean} clean, ${drifted + conflict} drifted, ${error} error${error === 1 ? '' : 's'}`;
}

/** Differences of one status in a repo that count alike, as a line of a report. */
export type DriftGroup = {
  readonly status: DriftStatus;
  /** False for what is only worth knowing. */
  readonly counts: boolean;
  readonly files: readonly DriftedFile[];
};

/** A repo's differences in the order in which they first appear; accepted ones left out. */
export function groupDrift({ files }: RepoDrift, strict: boolean): readonly DriftGroup[] {
  const groups = new Map<string, DriftGroup>();
  for (const file of files) {
    if (file.accepted !== undefined) continue;
    const { status } = file;
    const counts = isDriftingFile(file, strict);
    const key = `${status} ${counts}`;
    groups.set(key, { status, counts, files: [...(groups.get(key)?.files ?? []), file] });
  }
  return [...groups.values()];
}

/** What ends a difference, as one command in the repo's folder; undefined where only people can. */
export function fixOf({ path, status, base, byGit }: DriftedFile): string | undefined {
  switch (status) {
    case 'unresolved':
      return byGit === true ? `git add ${quotePath(path)}` : 'npx meshwright update --continue';
    case 'outdated':
    case 'unapplied':
      return 'npx meshwright update';
    case 'missing':
    case 'modified':
      return base === undefined ? undefined : `npx meshwright update --restore ${quotePath(path)}`;
  }
}

/** For a shell, where it needs quotes. */
function quotePath(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll(`'`, `'\\''`)}'`;
}

/** A path of a repo as seen from where the command ran. */
export function placeIn(repo: RepoDrift, path: string): string {
  return repo.path === '.' ? path : `${repo.path.replace(/\/+$/, '')}/${path}`;
}
