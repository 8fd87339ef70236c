import type { Place } from '../../model/control.js';
import { severities } from '../../model/finding.js';
import { asOneLine } from '../../model/inert-text.js';
import { plural } from '../../model/text.js';
import type { JudgedFinding } from '../../rules/judge-findings.js';
import { visibleWidth, wrap } from '../layout.js';
import type { Style } from '../style.js';
import { formatUnread } from '../unread.js';
import { requestPath } from '../../project/starting-kustomization.js';
import { listFindings, type Detail, type Entry, type Listing } from './listing.js';
import { countRead, listSkipped } from './read-summary.js';
import { pathFrom, tally, unreadOf, type CheckedFolder, type CheckReport } from './report.js';

type Page = {
  readonly style: Style;
  readonly columns: number;
  readonly tool: string;
  /** How much of the findings is shown. */
  readonly detail: Detail;
};

/** Findings by file with the line quoted, the most that a terminal should show. */
export function formatCheckText(report: CheckReport, page: Page): string {
  const unread = formatUnread(unreadOf(report.folders), page.style);
  const patch = report.patch === '' ? [] : [report.patch];
  const footer = formatFooter(report, page);
  if (page.detail === 'quiet') return [...patch, ...unread, footer, ''].join('\n');
  const { files, cut } = listFindings(report.folders, page.detail);
  const accepted = report.folders.flatMap((folder) => formatAccepted(folder, page));
  return [
    ...patch,
    ...unread,
    ...files.map(([file, entries]) => formatFile(file, entries, page)),
    ...formatCut(cut, page),
    ...accepted,
    footer,
    '',
  ].join('\n');
}

/** What is left out of a long list, and how to see it. */
function formatCut(cut: Listing['cut'], { style, columns, tool }: Page): string[] {
  if (cut.size === 0) return [];
  const count = [...cut.values()].reduce((sum, one) => sum + one, 0);
  const codes = [...cut].sort(([, a], [, b]) => b - a).map(([code, of]) => `${code} ${of}`);
  return [
    ...wrap(
      `${plural(count, 'more finding')} not shown: ${codes.join(', ')}.`,
      Math.max(40, columns),
    ),
    style.dim(`${tool} check --all lists every one; --severity error only the errors`),
    '',
  ];
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

function formatFile(file: string, entries: readonly Entry[], page: Page): string {
  return [
    page.style.bold(asOneLine(file)),
    ...entries.map((entry) => formatFinding(entry, page)),
    '',
  ].join('\n');
}

/** Further places that are named; the others are counted. */
const NAMED = 3;

/** The other places of which the same is said, by their files as people would open them. */
function formatAlso({ alsoAt, folder }: Entry): string[] {
  if (alsoAt.length === 0) return [];
  const named = alsoAt
    .slice(0, NAMED)
    .map(({ file, line }) => `${pathFrom(folder.path, file)}:${line}`);
  const others = alsoAt.length - named.length;
  const rest = others === 0 ? '' : ` and ${others} more (--all)`;
  return [`the same at ${plural(alsoAt.length, 'other place')}: ${named.join(', ')}${rest}`];
}

function formatFinding(entry: Entry, { style, columns }: Page): string {
  const { finding, folder } = entry;
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
    ...formatAlso(entry).flatMap(lines),
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

function formatFooter(report: CheckReport, { style, columns, tool }: Page): string {
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
      ? ` (${first.files.has(requestPath) ? 'scaffold.yaml is unreadable' : 'no scaffold.yaml'}: only the rules of the mesh)`
      : '';
  const code = severestOf(report)?.code;
  const fixed =
    report.fixed.length === 0
      ? []
      : [`${report.patch === '' ? 'fixed' : 'would fix'}: ${report.fixed.join(', ')}`];
  const sum = `${counts}${style.symbols.separator}${run}${layers}`;
  const hint = code === undefined ? '' : `${tool} explain-rule ${code}`;
  // Beside the sum where the terminal has room for both.
  const fits = visibleWidth(sum) + visibleWidth(hint) + 3 <= columns;
  return [
    ...fixed,
    countRead(report.folders),
    ...listSkipped(report.folders, tool).map((line) => asOneLine(line)),
    ...(hint === ''
      ? [sum]
      : fits
        ? [`${sum}   ${style.dim(hint)}`]
        : [sum, `  ${style.dim(hint)}`]),
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
