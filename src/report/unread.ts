import { asOneLine } from '../model/inert-text.js';
import type { JsonValue } from '../model/json.js';
import type { Style } from './style.js';

/** Something at a place of a file. */
export type Remark = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

/** What a result does not rest on, although it is there. */
export type Unread = {
  /** What could not be read. */
  readonly problems: readonly Remark[];
  /** What was left out. */
  readonly notes: readonly Remark[];
};

/** A paragraph for each. */
export function formatUnread({ problems, notes }: Unread, style: Style): string[] {
  const line = (word: string, { file, line: at, column, message }: Remark) =>
    `${word}  ${asOneLine(`${file}:${at}:${column}: ${message}`)}\n`;
  return [
    ...problems.map((problem) => line(style.red('unreadable'), problem)),
    ...notes.map((note) => line(style.yellow('left out'), note)),
  ];
}

export function describeUnread({ problems, notes }: Unread): {
  readonly problems: JsonValue;
  readonly notes: JsonValue;
} {
  const describe = (remarks: readonly Remark[]): JsonValue =>
    remarks.map(({ file, line, column, message }) => ({ file, line, column, message }));
  return { problems: describe(problems), notes: describe(notes) };
}
