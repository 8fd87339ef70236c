import type { ToolError } from '../model/errors.js';
import type { Style } from './style.js';

/** An error as a person reads it: what happened, then what to do next. */
export function formatError(error: ToolError, style: Style): string {
  const [first = '', ...rest] = error.message.split('\n');
  const lines = [
    `${style.red('error:')} ${first}`,
    ...rest.map((line) => `       ${line}`),
    ...(error.hint === '' ? [] : error.hint.split('\n').map((line) => `  ${line}`)),
  ];
  return `${lines.join('\n')}\n`;
}
