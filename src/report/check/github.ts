import type { Severity } from '../../model/finding.js';
import { pathFrom, type CheckReport } from './report.js';

const COMMANDS: Readonly<Record<Severity, string>> = {
  error: 'error',
  warning: 'warning',
  info: 'notice',
};

/** Workflow commands that GitHub turns into annotations of a pull request. */
export function formatCheckGithub(report: CheckReport): string {
  return report.folders
    .flatMap(({ path, findings, problems }) => [
      ...problems.map(({ file, line, column, message }) =>
        annotation('error', {
          file: pathFrom(path, file),
          line,
          column,
          title: 'unreadable',
          message,
        }),
      ),
      ...findings
        .filter(({ verdict }) => verdict === 'new')
        .map(({ code, severity, message, fix, locations }) => {
          const place = locations[0] ?? { file: '', line: 1, column: 1 };
          const { line, column } = place;
          const file = pathFrom(path, place.file);
          return annotation(COMMANDS[severity], {
            file,
            line,
            column,
            title: code,
            message: `${message}\nFix: ${fix}`,
          });
        }),
    ])
    .join('');
}

type Annotation = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly title: string;
  readonly message: string;
};

function annotation(command: string, { file, line, column, title, message }: Annotation): string {
  return `::${command} file=${property(file)},line=${line},col=${column},title=${property(title)}::${data(message)}\n`;
}

/** Escapes of @actions/core (toolkit, command.ts). */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
