import type { Finding } from '../model/finding.js';
import type { JsonValue } from '../model/json.js';
import type { Verification, VerificationStep } from '../model/verification.js';
import { wrap } from './layout.js';
import type { Style } from './style.js';
import { formatUnread, type Remark } from './unread.js';

/** Whether the two layers of a service compose, by what is or will be on disk. */
export type Composed = {
  /** Warnings and errors; placeholders and other information are told elsewhere. */
  readonly findings: readonly (Finding & { readonly preexisting: boolean })[];
  /** What could not be read. */
  readonly problems: readonly (Remark & { readonly preexisting: boolean })[];
  readonly step: VerificationStep;
};

/** What was proven in all: the composition, and what running the service's own tools said, if they ran. */
export function joinProofs(
  composed: Composed | undefined,
  verification: Verification | undefined,
): Verification {
  const none: Verification = { steps: [], status: 'skipped' };
  if (composed === undefined) return verification ?? none;
  const { step } = composed;
  const status = verification?.status ?? 'skipped';
  const isFailed = step.status === 'failed' && step.counts !== false;
  return {
    steps: [step, ...(verification?.steps ?? [])],
    status: isFailed && status !== 'not-verified' ? 'failed' : status,
  };
}

/** What is wrong, each with its fix, new ones first; empty when nothing is. */
export function formatFindings(
  composed: Composed | undefined,
  page: { readonly style: Style; readonly columns: number },
): string {
  if (composed === undefined) return '';
  const { findings, problems } = composed;
  const list = (isOld: boolean): readonly string[] => [
    ...findings
      .filter(({ preexisting }) => preexisting === isOld)
      .map((finding) => formatFinding(finding, page)),
    ...formatUnread(
      { problems: problems.filter(({ preexisting }) => preexisting === isOld), notes: [] },
      page.style,
    ).map((paragraph) => paragraph.trimEnd()),
  ];
  const old = list(true);
  const heading = 'There before this change, and not counted in the exit code:';
  return [...list(false), ...(old.length === 0 ? [] : ['', page.style.bold(heading), ...old])]
    .join('\n')
    .trim();
}

function formatFinding(
  { code, severity, message, fix, locations: [place] }: Finding,
  { style, columns }: { readonly style: Style; readonly columns: number },
): string {
  const mark = severity === 'error' ? style.red(severity) : style.yellow(severity);
  const where = place === undefined ? '' : `${place.file}:${place.line}  `;
  const body = wrap(`${message} Fix: ${fix}`, columns - 2).map((line) => `  ${line}`);
  return [`${where}${mark}  ${code}`, ...body].join('\n');
}

/** What is wrong, as it stands in the JSON documents of every command that composes. */
export function describeFindings(composed: Composed | undefined): {
  readonly findings: JsonValue;
  readonly problems: JsonValue;
} {
  const { findings = [], problems = [] } = composed ?? {};
  return {
    findings: findings.map(
      ({ code, severity, layer, message, why, fix, locations, preexisting }) => ({
        code,
        severity,
        layer,
        message,
        why,
        fix,
        preexisting,
        locations: locations.map(({ file, line, column }) => ({ file, line, column })),
      }),
    ),
    problems: problems.map(({ file, line, column, message, preexisting }) => ({
      file,
      line,
      column,
      message,
      preexisting,
    })),
  };
}
