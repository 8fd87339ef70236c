import type { MapNode, Node, Scalar, Spot } from './yaml-node.js';

/** Where a text begins in its file. */
type Start = { readonly offset: number; readonly line: number };

/**
 * Reads the YAML that templates write and most people do: maps and lists in block style, scalars on one line,
 * literal blocks, comments. A fraction of the cost of a parser of the whole language, which reads everything else;
 * a test compares the two on thousands of broken and unbroken files.
 *
 * @param start where the text begins in its file
 * @returns its documents; undefined when there is anything in it that is not sure to mean the same
 */
export function readPlainYaml(
  path: string,
  text: string,
  start: Start = { offset: 0, line: 0 },
): readonly Node[] | undefined {
  if (!text.endsWith('\n') || UNUSUAL.test(text)) return undefined;
  const lines = splitLines(text);
  const starts = lines.map(({ start }) => start);
  const reader: Reader = {
    text,
    lines,
    at: 0,
    spotAt: (offset) => ({ file: path, offset: offset + start.offset, linePos }),
  };
  const linePos = (offset: number) => {
    const { line, col } = positionOf(offset - start.offset, starts);
    return { line: line + start.line, col };
  };
  const documents: Node[] = [];
  try {
    for (let line = current(reader); line !== undefined; line = current(reader)) {
      if (isMarker(line, text)) reader.at += 1;
      else if (documents.length > 0) return undefined;
      documents.push(readBlock(reader, 0));
    }
    return documents;
  } catch (error) {
    if (error === unsure) return undefined;
    throw error;
  }
}

/** Thrown, and caught above. */
const unsure = new Error('not plain YAML');

/** Tabs, other line ends, marks and characters that YAML treats in its own ways. */
const UNUSUAL = /[^\n\x20-\x7e\u00a1-\u2027\u2030-\ud7ff]/;
const KEY = /^([A-Za-z_$][\w./$-]*):(?: +|$)/;
const PLAIN_START = /^(?:[\w./$+(]|-[\d.])/;
/** Words that are no text to some reader of YAML. */
const WORD = /^(?:true|false|null|y|n|yes|no|on|off|__proto__)$/i;
const INTEGER = /^[-+]?(?:0|[1-9]\d{0,14})$/;
const FLOAT = /^[-+]?(?:\.\d+|\d{1,15}\.\d*)$/;
/** Everything else that may be a number to some reader: octal, with an exponent, with underscores. */
const NUMBER =
  /^[-+]?(?=\D*\d)[\d_]*\.?[\d_]*(?:e[-+]?[\d_]*)?$|^[-+]?0_*[oxb]|^[-+]?\.(?:inf|nan)$/i;
/** Longer keys are none, to YAML; far longer than any of these lines. */
const MAX_LINE = 1_000;

type Line = { readonly start: number; readonly indent: number; readonly end: number };

type Reader = {
  readonly text: string;
  readonly lines: readonly Line[];
  /** Index of the line to read next. */
  at: number;
  readonly spotAt: (offset: number) => Spot;
};

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    let indent = 0;
    while (text.charCodeAt(start + indent) === 0x20) indent += 1;
    lines.push({ start, indent, end });
    start = end + 1;
  }
  return lines;
}

function positionOf(offset: number, starts: readonly number[]): { line: number; col: number } {
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, col: offset - (starts[low] ?? 0) + 1 };
}

/** The next line that holds something. */
function current(reader: Reader): Line | undefined {
  const { text, lines } = reader;
  for (; reader.at < lines.length; reader.at += 1) {
    const line = lines[reader.at];
    if (line === undefined) return undefined;
    const first = line.start + line.indent;
    if (first !== line.end && text[first] !== '#') return line;
  }
  return undefined;
}

function isMarker({ start, end }: Line, text: string): boolean {
  return end - start === 3 && text.startsWith('---', start);
}

/** A map or a list whose entries begin at a column. */
function readBlock(reader: Reader, indent: number): Node {
  const line = current(reader);
  if (line?.indent !== indent || isMarker(line, reader.text)) throw unsure;
  const isList = reader.text.startsWith('- ', line.start + indent);
  return isList ? readList(reader, indent) : readMap(reader, indent, line.start + indent);
}

function readList(reader: Reader, indent: number): Node {
  const { text } = reader;
  const items: Node[] = [];
  const spot = reader.spotAt((current(reader)?.start ?? 0) + indent);
  for (;;) {
    const line = current(reader);
    if (line === undefined || line.indent < indent || isMarker(line, text)) break;
    const dash = line.start + indent;
    if (line.indent > indent) throw unsure;
    if (!text.startsWith('- ', dash)) break;
    let from = dash + 2;
    while (text.charCodeAt(from) === 0x20) from += 1;
    const rest = text.slice(from, line.end);
    if (rest.startsWith('- ')) throw unsure;
    items.push(
      KEY.test(rest)
        ? readMap(reader, from - line.start, from)
        : readScalar(reader, { from, above: indent, spot: reader.spotAt(from) }),
    );
  }
  return { kind: 'list', items, spot };
}

/** @param from where the first key stands, which may be behind a dash */
function readMap(reader: Reader, indent: number, from: number): MapNode {
  const { text } = reader;
  const entries = new Map<string, Node>();
  const map: MapNode = { kind: 'map', entries, spot: reader.spotAt(from) };
  for (let at = from; ;) {
    const line = current(reader);
    if (line === undefined || line.end - line.start > MAX_LINE) throw unsure;
    const rest = text.slice(at, line.end);
    const [whole, key] = KEY.exec(rest) ?? [];
    if (whole === undefined || key === undefined || entries.has(key) || WORD.test(key))
      throw unsure;
    const spot = reader.spotAt(at);
    const name = sharedWord(key);
    const isBare = whole.length === rest.length || rest[whole.length] === '#';
    entries.set(
      name,
      isBare
        ? readBelow(reader, indent, spot)
        : readScalar(reader, { from: at + whole.length, above: indent, spot }),
    );
    const next = current(reader);
    if (next === undefined || next.indent < indent || isMarker(next, text)) return map;
    if (next.indent > indent) throw unsure;
    at = next.start + indent;
  }
}

/** What stands below a key that has nothing beside it. */
function readBelow(reader: Reader, indent: number, spot: Spot): Node {
  reader.at += 1;
  const line = current(reader);
  const isEnd = line === undefined || line.indent < indent || isMarker(line, reader.text);
  const isOwnList = line?.indent === indent && reader.text.startsWith('- ', line.start + indent);
  if (isEnd || (line.indent === indent && !isOwnList)) return { kind: 'scalar', value: null, spot };
  return { ...readBlock(reader, line.indent), spot };
}

/** A value that begins beside its key or dash, and ends there unless it is a literal block. */
function readScalar(
  reader: Reader,
  { from, above, spot }: { from: number; above: number; spot: Spot },
): Node {
  const { text, lines } = reader;
  const rest = text.slice(from, lines[reader.at]?.end);
  reader.at += 1;
  if (rest === '|')
    return { kind: 'scalar', value: readLiteral(reader, above), spot, isLiteral: true };
  const next = current(reader);
  if (next !== undefined && next.indent > above) throw unsure;
  const bare = rest.replace(/ +(?:#.*)?$| +#.*$/, '');
  if (bare === '{}') return { kind: 'map', entries: new Map(), spot };
  if (bare === '[]') return { kind: 'list', items: [], spot };
  const quoted = /^(?:"([^"\\]*)"|'([^']*)') *(?: #.*)?$/.exec(rest);
  if (quoted !== null) return { kind: 'scalar', value: quoted[1] ?? quoted[2] ?? '', spot };
  return { kind: 'scalar', value: plainValue(bare), spot };
}

function plainValue(word: string): Scalar {
  if (!PLAIN_START.test(word) || word.includes(': ') || word.endsWith(':')) throw unsure;
  if (word === 'true') return true;
  if (word === 'false') return false;
  if (WORD.test(word)) throw unsure;
  if (INTEGER.test(word)) return Number.parseInt(word, 10) + 0;
  if (FLOAT.test(word)) return Number.parseFloat(word) + 0;
  if (NUMBER.test(word)) throw unsure;
  // V8 copies words of this length; a longer one is a view of its file, and would keep that.
  return word.length <= 12 ? sharedWord(word) : word;
}

/** Keys and kinds are in every manifest: one text for all of them. */
const shared = new Map<string, string>();
const MAX_SHARED = 8_192;
const MAX_SHARED_LENGTH = 64;

function sharedWord(word: string): string {
  const known = shared.get(word);
  if (known !== undefined) return known;
  if (word.length <= MAX_SHARED_LENGTH && shared.size < MAX_SHARED) shared.set(word, word);
  return word;
}

/** The lines of `|`, whose indentation is that of the first of them. */
function readLiteral(reader: Reader, above: number): string {
  const { text, lines } = reader;
  const indent = lines[reader.at]?.indent ?? 0;
  if (indent <= above) throw unsure;
  const found: string[] = [];
  for (; reader.at < lines.length; reader.at += 1) {
    const line = lines[reader.at];
    if (line === undefined) break;
    const isEmpty = line.start + line.indent === line.end;
    if (isEmpty && (line.indent > 0 || found.length === 0)) throw unsure;
    if (!isEmpty && line.indent < indent) break;
    found.push(text.slice(line.start + (isEmpty ? 0 : indent), line.end));
  }
  return `${found.join('\n').replace(/\n+$/, '')}\n`;
}
