import { asOneLine } from '../model/inert-text.js';
import type { JsonValue } from '../model/json.js';
import { plural } from '../model/text.js';
import { wrap } from './layout.js';
import type { Style } from './style.js';

/** A written file that git leaves out of commits, and the line that says so. */
export type Ignored = {
  readonly path: string;
  readonly source: string;
  readonly line: number;
  readonly pattern: string;
};

/** Paths shown of one pattern; the rest is a number. */
const SHOWN = 5;

/** The files that a colleague's clone would lack, pattern by pattern; empty when there are none. */
export function formatIgnored(
  ignored: readonly Ignored[],
  {
    style,
    columns,
    isDryRun,
  }: { readonly style: Style; readonly columns: number; readonly isDryRun: boolean },
): string {
  if (ignored.length === 0) return '';
  const patterns = new Map<string, string[]>();
  for (const { path, source, line, pattern } of ignored) {
    const key = `${pattern} (${source}:${line})`;
    patterns.set(key, [...(patterns.get(key) ?? []), path]);
  }
  const are = ignored.length === 1 ? 'is' : 'are';
  const written = isDryRun ? 'would be written' : `${are} written`;
  const head = `${plural(ignored.length, 'file')} that ${written} ${are} ignored by git: a clone would lack ${ignored.length === 1 ? 'it' : 'them'}.`;
  const rows = [...patterns].map(([pattern, paths]) => {
    const more = paths.length > SHOWN ? ` and ${paths.length - SHOWN} more` : '';
    return asOneLine(`${pattern}: ${paths.slice(0, SHOWN).join(', ')}${more}`);
  });
  const hint = 'Take the pattern out of that file, or commit them with git add --force.';
  return [
    ...wrap(style.yellow(head), columns),
    ...rows.flatMap((row) => wrap(row, columns - 2).map((line) => `  ${line}`)),
    ...wrap(hint, columns),
  ].join('\n');
}

export function describeIgnored(ignored: readonly Ignored[]): JsonValue {
  return ignored.map(({ path, source, line, pattern }) => ({ path, source, line, pattern }));
}
