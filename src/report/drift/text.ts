import { plural } from '../../model/text.js';
import { formatTable, wrap } from '../layout.js';
import type { Style } from '../style.js';
import { countReasons, describeAccepted, describeGroup } from './describe.js';
import { countDrift, describeForeign, groupDrift, type RepoDrift } from './repo-drift.js';

type Page = {
  readonly style: Style;
  readonly columns: number;
  readonly strict: boolean;
  readonly foreign: readonly string[];
};

/**
 * A line for each status of each repo, and what they come to. Among several repos, edits that do not count
 * are a number: everybody edits.
 */
export function formatDriftText(repos: readonly RepoDrift[], page: Page): string {
  const rows = repos.flatMap((repo) => rowsOf(repo, { ...page, isAlone: repos.length === 1 }));
  return [
    ...(rows.length === 0 ? [] : [formatTable(rows, page), '']),
    ...formatReasons(repos, page),
    countDrift(repos),
    ...(repos.length === 1 ? [] : summarize(repos, page)),
    ...wrap(describeForeign(page.foreign), page.columns).filter((line) => line !== ''),
    '',
  ].join('\n');
}

function rowsOf(
  repo: RepoDrift,
  { style, strict, isAlone }: Page & { readonly isAlone: boolean },
): string[][] {
  const failed = style.red(style.symbols.failed);
  const skipped = style.dim(style.symbols.skipped);
  if (repo.error !== undefined) {
    return [[repo.path, `${failed} error`, `${repo.error.message} ${repo.error.hint}`.trim()]];
  }
  return [
    ...groupDrift(repo, strict)
      .filter(({ counts }) => counts || isAlone)
      .map((group) => [
        repo.path,
        `${group.counts ? failed : skipped} ${group.status}`,
        describeGroup(group, repo),
      ]),
    ...repo.files.flatMap((file) =>
      file.accepted === undefined
        ? []
        : [[repo.path, `${skipped} accepted`, describeAccepted(file)]],
    ),
  ];
}

function formatReasons(repos: readonly RepoDrift[], { style, columns }: Page): string[] {
  const reasons = [...countReasons(repos)].sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return [];
  return [
    style.bold('Why the template changed'),
    ...reasons.flatMap(([reason, count]) => {
      const reach = repos.length === 1 ? '' : ` (${plural(count, 'repo')})`;
      return wrap(`${reason}${reach}`, columns - 2).map((line) => `  ${line}`);
    }),
    '',
  ];
}

/** What a team that keeps many repos asks next: what kind of drift, and which versions are around. */
function summarize(repos: readonly RepoDrift[], { columns, strict }: Page): string[] {
  const kinds = new Map<string, number>();
  const versions = new Map<string, number>();
  for (const repo of repos) {
    const { recorded } = repo;
    if (recorded !== undefined) versions.set(recorded, (versions.get(recorded) ?? 0) + 1);
    const groups = groupDrift(repo, strict);
    const own = [
      ...groups.map(({ status, counts }) => (counts ? status : 'edited without drift')),
      ...(repo.files.some(({ accepted }) => accepted !== undefined) ? ['accepted'] : []),
    ];
    for (const kind of new Set(own)) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  const current = repos[0]?.current ?? '';
  const rows = [
    ['', ...[...kinds].map(([kind, count]) => `${kind} in ${plural(count, 'repo')}`)],
    [
      `template ${current} is installed; written by`,
      ...[...versions].map(([version, count]) => `${version}: ${plural(count, 'repo')}`),
    ],
  ];
  return rows.flatMap(([head = '', ...cells]) =>
    cells.length === 0
      ? []
      : wrap(`${head} ${cells.join(', ')}`.trim(), columns - 2).map((line) => `  ${line}`),
  );
}
