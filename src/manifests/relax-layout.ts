/**
 * YAML says that what goes on over several lines is indented below its key. kubectl's reader does not mind where
 * the lines of a quoted scalar begin, nor those within `{ }` and `[ ]`, and takes tabs there.
 */

/** A line break within quotes, and white space around it that folding takes away. */
const BREAK = '\ue008';
const GONE = '\ue009';
const FOLDED = /\ue009*(?:\ue008\ue009*)+|\ue009+/g;

type Cursor = { readonly text: string; readonly out: string[]; at: number };

/** A text of the same length in which each of these takes up one line. */
export function relaxLayout(text: string): string {
  const cursor: Cursor = { text, out: text.split(''), at: 0 };
  while (cursor.at < text.length) readLine(cursor);
  return cursor.out.join('');
}

/** What a scalar of such a text says. */
export function foldLines(text: string): string {
  return text.replace(FOLDED, (run) => {
    const breaks = run.split(BREAK).length - 1;
    if (breaks === 0) return '';
    return breaks === 1 ? ' ' : '\n'.repeat(breaks - 1);
  });
}

function readLine(cursor: Cursor): void {
  const { text } = cursor;
  const start = cursor.at;
  skip(cursor, /[ ]*(?:[-?] +)*/y);
  for (;;) {
    const key = cursor.at - start;
    skip(cursor, /[ \t]*(?:[&!][^ \t\r\n]*[ \t]+)*/y);
    const first = text[cursor.at];
    if (first === '"' || first === "'") readQuoted(cursor, first);
    else if (first === '{' || first === '[') readFlow(cursor);
    else if (first === '|' || first === '>') {
      skip(cursor, /.*\n?/y);
      skipBlock(cursor, key);
      return;
    } else if (first !== '#')
      skip(
        cursor,
        /(?:[^\n:#]|:(?![ \t\r\n])|(?<![ \t]):|(?<=[^ \t])#)*?(?=:[ \t\r\n]|[ \t]#|\r?\n|$)/y,
      );
    skip(cursor, /[ \t]*/y);
    if (text[cursor.at] === ':') {
      cursor.at += 1;
      continue;
    }
    const rest = matchAt(cursor, /.*/y);
    // A comment right behind a quote is one to kubectl's reader.
    if (rest.startsWith('#') && !/\s/.test(text[cursor.at - 1] ?? ' '))
      blank(cursor, cursor.at, cursor.at + rest.length);
    cursor.at += rest.length + 1;
    return;
  }
}

/** The lines of a block scalar are those that are empty or indented further than its key. */
function skipBlock(cursor: Cursor, column: number): void {
  for (;;) {
    const line = matchAt(cursor, /[^\n]*\n?/y);
    const indent = line.search(/[^ ]/);
    const isEmpty = line.trim() === '';
    if (line === '' || (!isEmpty && indent <= column)) return;
    cursor.at += line.length;
  }
}

function readFlow(cursor: Cursor): void {
  const { text } = cursor;
  for (let depth = 0; cursor.at < text.length;) {
    const char = text[cursor.at] ?? '';
    const before = text[cursor.at - 1] ?? '';
    if ((char === '"' || char === "'") && /[\s{[,:]/.test(before)) {
      readQuoted(cursor, char);
      continue;
    }
    if (char === '#' && /\s/.test(before)) {
      const comment = matchAt(cursor, /[^\n]*/y);
      blank(cursor, cursor.at, cursor.at + comment.length);
      cursor.at += comment.length;
      continue;
    }
    if (char === '{' || char === '[') depth += 1;
    if (char === '}' || char === ']') depth -= 1;
    if (char === '\n' || char === '\r' || char === '\t') cursor.out[cursor.at] = ' ';
    cursor.at += 1;
    if (depth === 0) return;
  }
}

/** Up to the quote that ends it, its line breaks replaced. */
function readQuoted(cursor: Cursor, quote: string): void {
  const { text, out } = cursor;
  cursor.at += 1;
  while (cursor.at < text.length) {
    const char = text[cursor.at];
    if (char === quote && quote === "'" && text[cursor.at + 1] === "'") cursor.at += 2;
    else if (char === quote) {
      cursor.at += 1;
      return;
    } else if (char === '\\' && quote === '"' && !/[\r\n]/.test(text[cursor.at + 1] ?? ''))
      cursor.at += 2;
    else {
      const fold = matchAt(cursor, /(?:\\\r?\n|[ \t]*\r?\n)(?:[ \t]*\r?\n)*[ \t]*/y);
      if (fold === '') cursor.at += 1;
      const isEscaped = fold.startsWith('\\');
      for (let index = 0; index < fold.length; index += 1) {
        const isFirst = isEscaped && index === fold.indexOf('\n');
        out[cursor.at + index] = fold[index] === '\n' && !isFirst ? BREAK : GONE;
      }
      cursor.at += fold.length;
    }
  }
}

function blank({ out }: Cursor, from: number, to: number): void {
  for (let at = from; at < to; at += 1) out[at] = ' ';
}

function matchAt({ text, at }: Cursor, pattern: RegExp): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

function skip(cursor: Cursor, pattern: RegExp): void {
  cursor.at += matchAt(cursor, pattern).length;
}
