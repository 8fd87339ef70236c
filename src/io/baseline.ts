import * as z from 'zod/mini';

import { inputError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { replaceDurably } from './durable.js';
import { readText } from './read-file.js';

const MAX_BYTES = 16 * 1_048_576;

const baselineSchema = z.strictObject({
  version: z.literal(1),
  /** Number of findings by `<folder> <code> <target> <file>`. */
  findings: z.record(z.string(), z.int().check(z.minimum(1))),
});

/** Findings that were there when the baseline was written. @throws ToolError `no-baseline`, `bad-baseline` (exit 2) */
export function readBaseline(path: string): ReadonlyMap<string, number> {
  const text = readText(path, { maxBytes: MAX_BYTES });
  if (text === undefined) {
    throw inputError(
      'no-baseline',
      `there is no baseline ${quote(path)}.`,
      'Write it with --write-baseline.',
    );
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    data = undefined;
  }
  const parsed = baselineSchema.safeParse(data);
  if (!parsed.success) {
    throw inputError(
      'bad-baseline',
      `${quote(path)} is no baseline.`,
      'Write it anew with --write-baseline.',
    );
  }
  return new Map(Object.entries(parsed.data.findings));
}

/** Writes a baseline, sorted so that its diffs are small. */
export function writeBaseline(path: string, findings: ReadonlyMap<string, number>): void {
  const sorted = Object.fromEntries([...findings].sort(([a], [b]) => (a < b ? -1 : 1)));
  replaceDurably(path, `${JSON.stringify({ version: 1, findings: sorted }, null, 2)}\n`);
}
