import type { Severity } from '../../model/finding.js';
import type { Rule } from '../../rules/rule.js';
import { formatSarif, type SarifLevel } from '../sarif.js';
import { pathFrom, type CheckReport } from './report.js';

const LEVELS: Readonly<Record<Severity, SarifLevel>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** `check` for code scanning. Accepted and known findings are suppressed, not left out. */
export function formatCheckSarif(
  report: CheckReport,
  rules: readonly Rule[],
  version: string,
): string {
  const placeIn =
    (folder: string) =>
    ({ file, line, column }: { file: string; line: number; column: number }) => ({
      path: pathFrom(folder, file),
      line,
      column,
    });
  return formatSarif({
    version,
    rules: rules.map(({ code, title, why, fix, severity }) => ({
      id: code,
      title,
      why,
      help: fix,
      level: LEVELS[severity],
    })),
    results: report.folders.flatMap(({ path, findings }) =>
      findings.map(({ code, severity, target, message, fix, locations, verdict, note }) => ({
        rule: code,
        level: LEVELS[severity],
        message: `${message} Fix: ${fix}`,
        places: locations.map(placeIn(path)),
        fingerprint: `${code} ${target} ${locations[0]?.file ?? ''}`,
        suppressed: verdict === 'new' ? undefined : note === '' ? 'known before' : note,
      })),
    ),
    problems: report.folders.flatMap(({ path, problems }) =>
      problems.map((problem) => ({ message: problem.message, place: placeIn(path)(problem) })),
    ),
  });
}
