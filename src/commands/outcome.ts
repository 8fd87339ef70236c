import type { ExitCode } from '../model/errors.js';
import type { JsonValue } from '../model/json.js';
import type { Style } from '../report/style.js';

/** Bumped when a field of a JSON document is renamed, removed or changes its meaning. */
export const schemaVersion = 1;

/** What a command hands back: its result in both forms. Only `run` prints. */
export type Outcome = {
  readonly exitCode: ExitCode;
  /** The JSON document without the fields that all share. */
  readonly document: Readonly<Record<string, JsonValue>>;
  /** The result as text; ends with a newline unless empty. */
  readonly text: (page: Page) => string;
};

/** Where a result is printed. */
export type Page = {
  readonly style: Style;
  readonly columns: number;
  /** The words that start this tool again, for hints. */
  readonly tool: string;
};

/** Every JSON document starts with the same four fields. */
export function toJson(command: string, outcome: Pick<Outcome, 'exitCode' | 'document'>): string {
  const { exitCode, document } = outcome;
  const shared = { schemaVersion, command, ok: exitCode === 0, exitCode };
  return `${JSON.stringify({ ...shared, ...document }, null, 2)}\n`;
}
