import type { Severity } from '../../model/finding.js';
import { formatAnnotations, type Annotation } from '../annotation.js';
import { pathFrom, type CheckReport } from './report.js';

const LEVELS: Readonly<Record<Severity, Annotation['level']>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Annotations of a pull request. */
export function formatCheckGithub(report: CheckReport, tool: string): string {
  const annotations = report.folders.flatMap(({ path, findings, problems }): Annotation[] => [
    ...problems.map(({ file, line, column, message }) => ({
      level: 'error' as const,
      file: pathFrom(path, file),
      at: { line, column },
      title: 'unreadable',
      message,
    })),
    ...findings
      .filter(({ verdict }) => verdict === 'new')
      .map(({ code, severity, message, fix, locations }) => {
        const { file, line, column } = locations[0] ?? { file: '', line: 1, column: 1 };
        return {
          level: LEVELS[severity],
          file: pathFrom(path, file),
          at: { line, column },
          title: code,
          message: `${message}\nFix: ${fix}`,
        };
      }),
  ]);
  return formatAnnotations(annotations, {
    title: 'scaffold check',
    others: `${tool} check`,
  });
}
