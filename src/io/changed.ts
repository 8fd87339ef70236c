import { exitCodes, inputError, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';

/** The file is not what the plan was computed from. */
export function changedMeanwhile(path: string): ToolError {
  return new ToolError({
    code: 'changed-meanwhile',
    exitCode: exitCodes.environment,
    message: `${quote(path)} was changed by something else while this run was at work.`,
    hint: 'Nothing of this run is left in the project. Run again.',
  });
}

export function inTheWay(path: string, what: string): ToolError {
  return inputError(
    what === 'symbolic link' ? 'symbolic-link' : 'file-expected',
    `${quote(path)} must not be written: a ${what} stands there.`,
    `Move the ${what} away, then run again.`,
  );
}

export function interrupted(): ToolError {
  return new ToolError({
    code: 'interrupted',
    exitCode: exitCodes.interrupted,
    message: 'Interrupted: what was begun has been undone.',
  });
}
