/** A word, a text in quotes or a sign of a .proto file, with its place from 1. */
export type Token = { readonly text: string; readonly line: number; readonly column: number };

export type Tokens = {
  readonly tokens: readonly Token[];
  /** Where the file ends within a text or a comment, or holds what .proto files do not. */
  readonly stop?: Token & { readonly message: string };
};

/** Blanks and comments, then a word, a text, or a sign; what begins and does not end is the last two. */
const TOKEN =
  /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<word>[\w.]+)|(?<text>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|(?<sign>[-+{}()[\]<>=;,:/])|(?<open>["']|\/\*)/y;

/** Splits a .proto file. Never throws: what cannot be split is where it stops. */
export function readTokens(source: string): Tokens {
  const text = source.replace(/^\uFEFF/, '');
  const tokens: Token[] = [];
  const pattern = new RegExp(TOKEN);
  let line = 1;
  let start = 0;
  for (let at = 0; at < text.length; at = pattern.lastIndex) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    const place = { line, column: at - start + 1 };
    if (match === null) {
      const found = String.fromCodePoint(text.codePointAt(at) ?? 0);
      return { tokens, stop: { ...place, text: found, message: `holds ${JSON.stringify(found)}` } };
    }
    const { word, text: quoted, sign, open } = match.groups ?? {};
    const read = word ?? quoted ?? sign;
    if (open === '/*' || (sign === '/' && match[0] === '/' && text[at + 1] === '*')) {
      return { tokens, stop: { ...place, text: '/*', message: 'begins a comment without an end' } };
    }
    if (open !== undefined) {
      return { tokens, stop: { ...place, text: open, message: 'begins a text without an end' } };
    }
    if (read !== undefined) tokens.push({ text: read, ...place });
    line += match[0].split('\n').length - 1;
    const last = match[0].lastIndexOf('\n');
    if (last >= 0) start = at + last + 1;
  }
  return { tokens };
}
