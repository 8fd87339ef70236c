import { plural } from '../../model/text.js';
import { escapeMarkdown, markdownCode } from '../escape-markdown.js';
import { countRead, listSkipped } from './read-summary.js';
import { pathFrom, tally, type CheckReport } from './report.js';

/** A table for a pull request. */
export function formatCheckMarkdown(report: CheckReport, tool: string): string {
  const { error, warning, info, known } = tally(report);
  const rows = report.folders.flatMap(({ path, findings }) =>
    findings
      .filter(({ verdict }) => verdict === 'new')
      .map(({ code, severity, message, fix, locations }) => {
        const [place] = locations;
        const at =
          place === undefined ? '' : markdownCode(`${pathFrom(path, place.file)}:${place.line}`);
        return `| ${severity} | \`${code}\` | ${at} | ${escapeMarkdown(message)} | ${escapeMarkdown(fix)} |`;
      }),
  );
  const problems = report.folders.flatMap(({ path, problems: all }) =>
    all.map(
      ({ file, line, message }) =>
        `- ${markdownCode(`${pathFrom(path, file)}:${line}`)} could not be read: ${escapeMarkdown(message)}`,
    ),
  );
  const accepted = report.folders.flatMap(({ findings }) =>
    findings
      .filter(({ verdict }) => verdict === 'accepted')
      .map(
        ({ code, target, note }) =>
          `- accepted: \`${code}\` ${escapeMarkdown(`${target}: ${note}`)}`,
      ),
  );
  return [
    '### Do the layers compose?',
    '',
    `${plural(error, 'error')}, ${plural(warning, 'warning')}, ${info} info, ${accepted.length} accepted, ${known} known before${report.unlisted > 0 ? `, ${report.unlisted} of lower severity` : ''}.`,
    '',
    ...(rows.length === 0
      ? []
      : ['| | Rule | Place | What happens | Fix |', '|---|---|---|---|---|', ...rows, '']),
    ...(accepted.length === 0 ? [] : [...accepted, '']),
    ...(problems.length === 0 ? [] : [...problems, '']),
    [countRead(report.folders), ...listSkipped(report.folders, tool)]
      .map((line) => `${escapeMarkdown(line)}.`)
      .join('\n'),
    '',
  ].join('\n');
}
