import type { Severity } from '../../model/finding.js';
import type { Rule } from '../../rules/rule.js';
import { pathFrom, type CheckReport } from './report.js';

const LEVELS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

/** SARIF 2.1.0 (OASIS), for code scanning. Accepted and known findings are suppressed, not left out. */
export function formatCheckSarif(
  report: CheckReport,
  rules: readonly Rule[],
  version: string,
): string {
  const results = report.folders.flatMap(({ path, findings }) =>
    findings.map(({ code, severity, target, message, fix, locations, verdict, note }) => ({
      ruleId: code,
      ruleIndex: rules.findIndex((rule) => rule.code === code),
      level: LEVELS[severity],
      message: { text: `${message} Fix: ${fix}` },
      locations: locations.slice(0, 1).map((place) => locationOf(path, place)),
      relatedLocations: locations.slice(1).map((place) => locationOf(path, place)),
      partialFingerprints: { 'meshwright/v1': `${code} ${target} ${locations[0]?.file ?? ''}` },
      ...(verdict === 'new'
        ? {}
        : {
            suppressions: [
              { kind: 'external', justification: note === '' ? 'known before' : note },
            ],
          }),
    })),
  );
  const notifications = report.folders.flatMap(({ path, problems }) =>
    problems.map((problem) => ({
      level: 'error',
      message: { text: problem.message },
      locations: [locationOf(path, problem)],
    })),
  );
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'meshwright',
            version,
            rules: rules.map(({ code, title, why, fix, severity }) => ({
              id: code,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: fix },
              defaultConfiguration: { level: LEVELS[severity] },
            })),
          },
        },
        invocations: [
          {
            executionSuccessful: notifications.length === 0,
            toolExecutionNotifications: notifications,
          },
        ],
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf(
  folder: string,
  { file, line, column }: { readonly file: string; readonly line: number; readonly column: number },
) {
  return {
    physicalLocation: {
      artifactLocation: {
        uri: pathFrom(folder, file).split('/').map(encodeURIComponent).join('/'),
      },
      region: { startLine: line, startColumn: column },
    },
  };
}
