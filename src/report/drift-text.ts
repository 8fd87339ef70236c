import type { DriftedFile, DriftStatus } from '../model/drift.js';
import { formatTable } from './layout.js';
import { groupByStatus, isDriftingFile, summarizeDrift, type RepoDrift } from './repo-drift.js';
import type { Style } from './style.js';

export type DriftFormat = 'text' | 'github' | 'markdown';

type Page = {
  readonly style: Style;
  readonly columns: number;
  readonly format: DriftFormat;
  readonly strict: boolean;
};

/** Paths shown for one status; the rest is a number. */
const SHOWN = 4;

/** The report of `drift` in one of its forms. */
export function formatDrift(repos: readonly RepoDrift[], page: Page): string {
  switch (page.format) {
    case 'text':
      return formatText(repos, page);
    case 'github':
      return repos.flatMap((repo) => annotate(repo, page.strict)).join('');
    case 'markdown':
      return formatMarkdown(repos);
  }
}

function formatText(repos: readonly RepoDrift[], { style, columns, strict }: Page): string {
  const rows = repos.flatMap((repo) => {
    if (repo.error !== undefined) {
      return [
        [
          repo.path,
          `${style.red(style.symbols.failed)} error`,
          `${repo.error.message} ${repo.error.hint}`.trim(),
        ],
      ];
    }
    const rowsOfAccepted = repo.files.flatMap((file) =>
      file.accepted === undefined
        ? []
        : [[repo.path, `${style.dim(style.symbols.skipped)} accepted`, describeAccepted(file)]],
    );
    const rowsOfStatus = [...groupByStatus(repo.files)].map(([status, paths]) => {
      const drifts = paths.some((path) => isDriftingFile({ path, status }, strict));
      const mark = drifts ? style.red(style.symbols.failed) : style.dim(style.symbols.skipped);
      return [repo.path, `${mark} ${status}`, describe(status, paths, repo)];
    });
    return [...rowsOfStatus, ...rowsOfAccepted];
  });
  const { clean, drifted, conflict, error } = summarizeDrift(repos);
  const counts = [
    `${clean} clean`,
    `${drifted + conflict} drifted`,
    `${error} error${error === 1 ? '' : 's'}`,
  ].join(', ');
  return [...(rows.length === 0 ? [] : [formatTable(rows, { columns }), '']), counts, ''].join(
    '\n',
  );
}

/** What is intended, with its reason and its last day. */
function describeAccepted({ path, status, accepted }: DriftedFile): string {
  const until = accepted?.until === undefined ? '' : ` (until ${accepted.until})`;
  return `${path} is ${status}: ${accepted?.reason ?? ''}${until}`;
}

function describe(status: DriftStatus, paths: readonly string[], repo: RepoDrift): string {
  const shown = paths.slice(0, SHOWN).join(', ');
  const list = paths.length > SHOWN ? `${shown} and ${paths.length - SHOWN} more` : shown;
  switch (status) {
    case 'unresolved':
      return `${list}: resolve the conflict, then npx meshwright update --continue`;
    case 'missing':
      return `${list}: deleted here; git restore brings it back`;
    case 'modified':
      return `${list}: edited here; git diff shows how`;
    case 'outdated':
      return `template ${repo.recorded ?? ''} → ${repo.current}: ${list}; ${mergeOf(repo)}: npx meshwright update`;
    case 'unapplied':
      return `scaffold.yaml asks for it: ${list}; ${mergeOf(repo)}: npx meshwright update`;
  }
}

function mergeOf({ conflicts }: RepoDrift): string {
  return conflicts.length === 0
    ? 'merges cleanly'
    : `${conflicts.length} file${conflicts.length === 1 ? '' : 's'} would be in conflict`;
}

/** Workflow commands of GitHub Actions: one annotation a file. */
function annotate(repo: RepoDrift, strict: boolean): string[] {
  const at = (path: string): string => (repo.path === '.' ? path : `${repo.path}/${path}`);
  if (repo.error !== undefined)
    return [annotation('error', at('scaffold.yaml'), repo.error.message)];
  return repo.files.map((file) =>
    annotation(
      isDriftingFile(file, strict) ? 'error' : 'notice',
      at(file.path),
      file.accepted === undefined
        ? `${file.status}: ${describe(file.status, [file.path], repo)}`
        : `accepted: ${describeAccepted(file)}`,
    ),
  );
}

function annotation(level: 'error' | 'notice', file: string, message: string): string {
  const property = (text: string): string =>
    escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
  return `::${level} file=${property(file)},title=scaffold drift::${escapeData(message)}\n`;
}

function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function formatMarkdown(repos: readonly RepoDrift[]): string {
  const { clean, drifted, conflict, error } = summarizeDrift(repos);
  const rows = repos.flatMap((repo) =>
    repo.error === undefined
      ? [
          ...[...groupByStatus(repo.files)].map(
            ([status, paths]) =>
              `| ${repo.path} | ${status} | ${escapeCell(describe(status, paths, repo))} |`,
          ),
          ...repo.files
            .filter(({ accepted }) => accepted !== undefined)
            .map((file) => `| ${repo.path} | accepted | ${escapeCell(describeAccepted(file))} |`),
        ]
      : [`| ${repo.path} | error | ${escapeCell(repo.error.message)} |`],
  );
  const table = rows.length === 0 ? [] : ['| repo | status | what |', '|---|---|---|', ...rows, ''];
  return [
    '### scaffold drift',
    '',
    ...table,
    `${clean} clean, ${drifted + conflict} drifted, ${error} errors`,
    '',
  ].join('\n');
}

function escapeCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
