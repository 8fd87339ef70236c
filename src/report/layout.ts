/** Below this width a table is stacked instead of set in columns. */
const NARROW = 60;

/** Cells of a row may carry colour: their width is that of the visible text. */
// eslint-disable-next-line no-control-regex -- escape sequences begin with ESC
const ESCAPES = /\u001b\[\d+m/g;

export function visibleWidth(text: string): number {
  return Array.from(text.replace(ESCAPES, '')).length;
}

/**
 * Sets rows in columns; the last column is wrapped into what is left of the width. On a narrow
 * terminal each row is stacked, its last cell indented below the others.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  { columns, indent = 2 }: { readonly columns: number; readonly indent?: number },
): string {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, index) =>
    Math.max(...rows.map((row) => visibleWidth(row[index] ?? ''))),
  );
  const lead = ' '.repeat(indent);
  const start = indent + widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const last = Math.min(24, widths.at(-1) ?? 0);
  if (columns < NARROW || columns - start < last) return stack(rows, { columns, lead });
  return rows
    .map((row) => {
      const cells = row.slice(0, -1).map((cell, index) => pad(cell, widths[index] ?? 0));
      const [first = '', ...rest] = wrap(row.at(-1) ?? '', columns - start);
      const line = `${lead}${[...cells, first].join('  ')}`.trimEnd();
      return [line, ...rest.map((text) => `${' '.repeat(start)}${text}`)].join('\n');
    })
    .join('\n');
}

function stack(
  rows: readonly (readonly string[])[],
  { columns, lead }: { readonly columns: number; readonly lead: string },
): string {
  return rows
    .map((row) => {
      const head = row
        .slice(0, -1)
        .filter((cell) => cell !== '')
        .join(' ');
      const tail = wrap(row.at(-1) ?? '', columns - lead.length - 2);
      return [`${lead}${head}`, ...tail.map((text) => `${lead}  ${text}`)].join('\n');
    })
    .join('\n');
}

function pad(cell: string, width: number): string {
  return cell + ' '.repeat(Math.max(0, width - visibleWidth(cell)));
}

/** Breaks text at spaces; a word longer than the width keeps a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && visibleWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** Cuts a line to a width, with an ellipsis, so that a terminal does not wrap it. */
export function truncate(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width
    ? text
    : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}

/** `412 ms` has no place beside minutes: seconds with one decimal, from a minute on minutes and seconds. */
export function formatElapsed(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.floor(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `a, b and c`. */
export function joinWords(words: readonly string[]): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1) ?? ''}`;
}
