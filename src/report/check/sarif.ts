import type { Place } from '../../model/control.js';
import type { Severity } from '../../model/finding.js';
import type { Rule } from '../../rules/rule.js';
import { automationId, repositoryPath, type Whereabouts } from '../repository-path.js';
import { formatSarif, type SarifLevel, type SarifPlace } from '../sarif.js';
import { countRead, listSkipped } from './read-summary.js';
import { pathFrom, type CheckReport } from './report.js';

const LEVELS: Readonly<Record<Severity, SarifLevel>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** `check` for code scanning. */
export function formatCheckSarif(
  report: CheckReport,
  rules: readonly Rule[],
  {
    version,
    tool,
    where,
    env,
    keepsSuppressed,
  }: {
    readonly version: string;
    /** The words that start this tool again. */
    readonly tool: string;
    readonly where: Whereabouts;
    /** The environment that was checked. */
    readonly env: string | undefined;
    /** With accepted findings and those that were known before. */
    readonly keepsSuppressed: boolean;
  },
): string {
  const placeIn =
    (folder: string) =>
    ({ file, line, column }: Pick<Place, 'file' | 'line' | 'column'>): SarifPlace => ({
      path: repositoryPath(pathFrom(folder, file), where),
      line,
      column,
    });
  return formatSarif({
    version,
    keepsSuppressed,
    id: automationId(
      'check',
      report.folders.map(({ path }) => path),
      { where, env },
    ),
    rules: rules.map(({ code, title, why, fix, severity }) => ({
      id: code,
      title,
      why,
      help: fix,
      level: LEVELS[severity],
    })),
    results: report.folders.flatMap(({ path, findings }) =>
      findings.map(({ code, severity, target, message, fix, locations, verdict, note }) => {
        const [first = { file: 'scaffold.yaml', line: 1, column: 1 }, ...also] = locations;
        const place = placeIn(path)(first);
        return {
          rule: code,
          level: LEVELS[severity],
          message: `${message} Fix: ${fix}`,
          places: [place, ...also.map(placeIn(path))] as const,
          fingerprint: `${code} ${target} ${place.path}`,
          suppressed: verdict === 'new' ? undefined : note === '' ? 'known before' : note,
        };
      }),
    ),
    remarks: [countRead(report.folders), ...listSkipped(report.folders, tool)],
    problems: report.folders.flatMap(({ path, problems }) =>
      problems.map((problem) => ({ message: problem.message, place: placeIn(path)(problem) })),
    ),
  });
}
