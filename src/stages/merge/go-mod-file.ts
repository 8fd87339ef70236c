/** One line of a go.mod file. */
export type GoModLine = {
  readonly text: string;
  /** `require`, `replace` and so on, also inside a block; empty for what declares nothing. */
  readonly verb: string;
  /** The words behind the verb, without quotes. */
  readonly words: readonly string[];
  /** What follows `//`, trimmed; empty without a comment. */
  readonly comment: string;
  /** `open` and `close` for the lines around a block, `inside` within it. */
  readonly place: 'alone' | 'open' | 'inside' | 'close';
};

/** Reads go.mod line by line, as https://go.dev/ref/mod#go-mod-file-grammar has it. */
export function parseGoMod(text: string): readonly GoModLine[] {
  let block: string | undefined;
  return text.split('\n').map((line): GoModLine => {
    const { words, comment } = readWords(line);
    const [first = '', ...rest] = words;
    if (block !== undefined) {
      if (first !== ')')
        return { text: line, verb: first && block, words, comment, place: 'inside' };
      block = undefined;
      return { text: line, verb: '', words: [], comment, place: 'close' };
    }
    if (rest.at(-1) === '(') {
      block = first;
      return { text: line, verb: '', words: [first], comment, place: 'open' };
    }
    return { text: line, verb: first, words: rest, comment, place: 'alone' };
  });
}

/** Words are apart by spaces, or in quotes; a comment starts with `//` wherever that is outside of quotes. */
function readWords(line: string): { readonly words: string[]; readonly comment: string } {
  const words: string[] = [];
  for (const [part, quoted, raw] of line.matchAll(
    /"([^"]*)"|`([^`]*)`|\/\/.*|[()]|(?:(?!\/\/)[^\s"`()])+/g,
  )) {
    if (part.startsWith('//')) return { words, comment: part.slice(2).trim() };
    words.push(quoted ?? raw ?? part);
  }
  return { words, comment: '' };
}

/** Whether a comment is the mark of the go command, with or without words of people behind it. */
export function marksIndirect(comment: string): boolean {
  return /^indirect(?:$|;)/.test(comment);
}

/** What go.mod asks for, without comments, order and layout: one text a declaration. */
export function declarationsOf(text: string): ReadonlySet<string> {
  return new Set(
    parseGoMod(text)
      .filter(({ verb }) => verb !== '')
      .map(({ verb, words }) => [verb, ...words].join(' ')),
  );
}
