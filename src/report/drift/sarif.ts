import type { DriftStatus } from '../../model/drift.js';
import { automationId, repositoryPath, type Whereabouts } from '../repository-path.js';
import { formatSarif, type SarifPlace, type SarifResult } from '../sarif.js';
import { describeAccepted, describeGroup } from './describe.js';
import { isDriftingFile, placeIn, type RepoDrift } from './repo-drift.js';

const RULES: Readonly<Record<DriftStatus, { title: string; why: string; help: string }>> = {
  unresolved: {
    title: 'A conflict of an update is not resolved',
    why: 'Nothing of the update is recorded as done until people have decided.',
    help: 'Resolve it, then run npx meshwright update --continue, or git add where git left it.',
  },
  missing: {
    title: 'A generated file was deleted',
    why: 'What the template changes there later does not reach this repo.',
    help: 'Restore it (update --restore PATH), or accept it in scaffold.yaml with a reason.',
  },
  modified: {
    title: 'A generated file was edited',
    why: 'In the policy of the mesh an edit is drift: the application relies on what was generated.',
    help: 'Change scaffold.yaml instead, or accept the edit there with a reason.',
  },
  outdated: {
    title: 'The installed template would change a file',
    why: 'The repo was written by another version of the template.',
    help: 'Run npx meshwright update.',
  },
  unapplied: {
    title: 'scaffold.yaml asks for something that the repo does not have yet',
    why: 'Declaration and repo say different things.',
    help: 'Run npx meshwright update.',
  },
};

const idOf = (status: DriftStatus): string => `DRIFT_${status.toUpperCase()}`;

/** `drift` for code scanning. */
export function formatDriftSarif(
  repos: readonly RepoDrift[],
  {
    strict,
    version,
    where,
    env,
    keepsSuppressed,
  }: {
    readonly strict: boolean;
    readonly version: string;
    readonly where: Whereabouts;
    /** The environment that was looked at. */
    readonly env: string | undefined;
    /** With accepted differences. */
    readonly keepsSuppressed: boolean;
  },
): string {
  const place = (repo: RepoDrift, path: string): SarifPlace => ({
    path: repositoryPath(placeIn(repo, path), where),
    line: 1,
    column: 1,
  });
  return formatSarif({
    version,
    keepsSuppressed,
    id: automationId(
      'drift',
      repos.map(({ path }) => path),
      { where, env },
    ),
    rules: Object.entries(RULES).map(([status, rule]) => ({
      id: idOf(status as DriftStatus),
      ...rule,
      level: status === 'modified' ? 'note' : 'error',
    })),
    results: repos.flatMap((repo) =>
      repo.files.map((file): SarifResult => {
        const { path, status, accepted } = file;
        const counts = isDriftingFile({ path, status }, strict);
        const at = place(repo, path);
        return {
          rule: idOf(status),
          level: counts ? 'error' : 'note',
          message:
            accepted === undefined
              ? describeGroup({ status, counts, files: [file] }, repo)
              : describeAccepted(file),
          places: [at],
          fingerprint: `${status} ${at.path}`,
          suppressed: accepted?.reason,
        };
      }),
    ),
    problems: repos.flatMap((repo) =>
      repo.error === undefined
        ? []
        : [
            {
              message: `${repo.error.message} ${repo.error.hint}`.trim(),
              place: place(repo, 'scaffold.yaml'),
            },
          ],
    ),
  });
}
