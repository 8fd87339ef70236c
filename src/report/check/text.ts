import type { Place } from '../../model/control.js';
import { severities } from '../../model/finding.js';
import { asOneLine } from '../../model/inert-text.js';
import { plural } from '../../model/text.js';
import type { JudgedFinding } from '../../rules/judge-findings.js';
import { wrap } from '../layout.js';
import type { Style } from '../style.js';
import { formatUnread } from '../unread.js';
import { requestPath } from '../../project/starting-kustomization.js';
import { countRead, listSkipped } from './read-summary.js';
import { pathFrom, tally, unreadOf, type CheckedFolder, type CheckReport } from './report.js';

type Page = { readonly style: Style; readonly columns: number; readonly tool: string };

/** Findings grouped by file with the line quoted, the most that a terminal should show. */
export function formatCheckText(report: CheckReport, page: Page): string {
  const sections = report.folders.flatMap((folder) => [
    ...formatUnread(unreadOf([folder]), page.style),
    ...groupByFile(folder).map(([file, findings]) => formatFile(file, findings, { folder, page })),
  ]);
  const accepted = report.folders.flatMap((folder) => formatAccepted(folder, page));
  const patch = report.patch === '' ? [] : [report.patch];
  return [...patch, ...sections, ...accepted, formatFooter(report, page), ''].join('\n');
}

/** A line for each finding that was decided on, and why. */
function formatAccepted({ path, findings }: CheckedFolder, { style }: Page): string[] {
  const lines = findings
    .filter(({ verdict }) => verdict === 'accepted')
    .map(({ code, target, locations, note }) => {
      const [place] = locations;
      const at = place === undefined ? '' : `${pathFrom(path, place.file)}:${place.line} `;
      return `${style.dim('accepted')}  ${asOneLine(`${at}${code} ${target}: ${note}`)}`;
    });
  return lines.length === 0 ? [] : [...lines, ''];
}

function groupByFile({ findings, path }: CheckedFolder): [string, readonly JudgedFinding[]][] {
  const groups = new Map<string, JudgedFinding[]>();
  for (const finding of findings) {
    if (finding.verdict !== 'new') continue;
    const file = pathFrom(path, finding.locations[0]?.file ?? '');
    groups.set(file, [...(groups.get(file) ?? []), finding]);
  }
  return [...groups];
}

function formatFile(
  file: string,
  findings: readonly JudgedFinding[],
  { folder, page }: { readonly folder: CheckedFolder; readonly page: Page },
): string {
  const { style } = page;
  return [
    style.bold(asOneLine(file)),
    ...findings.map((finding) => formatFinding(finding, { folder, page })),
    '',
  ].join('\n');
}

function formatFinding(
  finding: JudgedFinding,
  { folder, page }: { readonly folder: CheckedFolder; readonly page: Page },
): string {
  const { style, columns } = page;
  const [place] = finding.locations;
  const at = `${place?.line ?? 1}:${place?.column ?? 1}`;
  const indent = ' '.repeat(15);
  const width = Math.max(40, columns - indent.length);
  const lines = (text: string) => wrap(asOneLine(text), width).map((line) => indent + line);
  return [
    `  ${at.padEnd(6)} ${paint(finding.severity, style)} ${style.bold(finding.code)}`,
    ...lines(finding.message),
    ...(finding.units === undefined ? [] : lines(`in ${finding.units.join(', ')}`)),
    ...(place === undefined ? [] : quoteLine(place, folder, indent).map(style.dim)),
    ...(finding.note === '' ? [] : lines(`expired: ${finding.note}`)),
    ...lines(`fix: ${finding.fix}`),
  ].join('\n');
}

/** The line that a finding is about, with its number. */
function quoteLine({ file, line }: Place, { files }: CheckedFolder, indent: string): string[] {
  const text = files.get(file)?.split('\n')[line - 1];
  return text === undefined || text.trim() === ''
    ? []
    : [`${indent}${line} │ ${asOneLine(text.trimEnd())}`];
}

function paint(severity: JudgedFinding['severity'], style: Style): string {
  switch (severity) {
    case 'error':
      return style.red('error  ');
    case 'warning':
      return style.yellow('warning');
    case 'info':
      return style.dim('info   ');
  }
}

function formatFooter(report: CheckReport, { style, tool }: Page): string {
  const { error, warning, info, accepted, known } = tally(report);
  const counts = [
    plural(error, 'error'),
    plural(warning, 'warning'),
    ...(info > 0 ? [`${info} info`] : []),
    ...(accepted > 0 ? [`${accepted} accepted`] : []),
    ...(known > 0 ? [`${known} known before`] : []),
    ...(report.unlisted > 0 ? [`${report.unlisted} of lower severity`] : []),
  ].join(', ');
  const [first] = report.folders;
  const skipped = first?.notApplicable.length ?? 0;
  const run =
    report.folders.length === 1 && first !== undefined
      ? `${plural(first.ruleCount - skipped, 'rule')} run, ${skipped} not applicable`
      : `${report.folders.length} folders`;
  const layers =
    first?.hasApplication === false && report.folders.length === 1
      ? ` (${first.files.has(requestPath) ? 'scaffold.yaml is unreadable' : 'no scaffold.yaml'}: rules of the mesh alone)`
      : '';
  const code = severestOf(report)?.code;
  const fixed =
    report.fixed.length === 0
      ? []
      : [`${report.patch === '' ? 'fixed' : 'would fix'}: ${report.fixed.join(', ')}`];
  const more = code === undefined ? '' : `   ${style.dim(`${tool} explain-rule ${code}`)}`;
  return [
    ...fixed,
    countRead(report.folders),
    ...listSkipped(report.folders, tool).map((line) => asOneLine(line)),
    `${counts}${style.symbols.separator}${run}${layers}${more}`,
  ].join('\n');
}

function severestOf({ folders }: CheckReport): JudgedFinding | undefined {
  const counted = folders
    .flatMap(({ findings }) => findings)
    .filter(({ verdict }) => verdict === 'new');
  return severities
    .map((severity) => counted.find((finding) => finding.severity === severity))
    .find((finding) => finding !== undefined);
}
