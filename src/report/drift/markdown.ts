import { escapeMarkdown } from '../escape-markdown.js';
import { countReasons, describeAccepted, describeGroup } from './describe.js';
import { countDrift, describeForeign, groupDrift, type RepoDrift } from './repo-drift.js';

/** A table for a pull request. */
export function formatDriftMarkdown(
  repos: readonly RepoDrift[],
  { strict, foreign }: { readonly strict: boolean; readonly foreign: readonly string[] },
): string {
  const rows = repos.flatMap((repo) => rowsOf(repo, strict));
  const reasons = [...countReasons(repos).keys()];
  return [
    '### scaffold drift',
    '',
    ...(rows.length === 0
      ? []
      : [
          '| repo | status | what |',
          '|---|---|---|',
          ...rows.map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
          '',
        ]),
    ...(reasons.length === 0
      ? []
      : [
          'Why the template changed:',
          '',
          ...reasons.map((reason) => `- ${escapeMarkdown(reason)}`),
          '',
        ]),
    countDrift(repos),
    ...(foreign.length === 0 ? [] : ['', escapeMarkdown(describeForeign(foreign))]),
    '',
  ].join('\n');
}

function rowsOf(repo: RepoDrift, strict: boolean): string[][] {
  if (repo.error !== undefined) return [[repo.path, 'error', repo.error.message]];
  return [
    ...groupDrift(repo, strict).map((group) => [
      repo.path,
      group.counts ? group.status : `${group.status} (information)`,
      describeGroup(group, repo),
    ]),
    ...repo.files
      .filter(({ accepted }) => accepted !== undefined)
      .map((file) => [repo.path, 'accepted', describeAccepted(file)]),
  ];
}
