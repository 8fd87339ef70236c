import { quote } from '../model/text.js';
import type { Node, Scalar, Spot } from './yaml-node.js';

/** What makes a text no JSON, and where. */
export type JsonFault = { readonly at: number; readonly message: string };

export type ReadJson = {
  readonly documents: readonly Node[];
  readonly fault: JsonFault | undefined;
};

/** Maps and lists within each other; more is an attack, not a manifest. */
const MAX_DEPTH = 500;

/** A token behind any space: punctuation, a string, a number, a word, or what separates documents. */
const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|"((?:[^"\\\n\r\t]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*)"|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?)|(true|false|null)(?!\w)|(---)(?=[ \t\r\n]|$))/y;
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

type Token = {
  readonly kind: 'punctuation' | 'string' | 'number' | 'word' | 'separator' | 'end';
  readonly text: string;
  readonly at: number;
};

type Reader = {
  readonly text: string;
  readonly spotAt: (offset: number) => Spot;
  position: number;
};

/** Whether a text can only be JSON, or YAML in its notation. */
export function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/**
 * Reads JSON values that follow each other: one, several, one on each line (NDJSON), also with `---` between
 * them. Of a key that is there twice the last one counts, as for kubectl.
 */
export function readJson(text: string, spotAt: (offset: number) => Spot): ReadJson {
  const reader: Reader = { text, spotAt, position: 0 };
  const documents: Node[] = [];
  try {
    for (let token = next(reader); token.kind !== 'end'; token = next(reader)) {
      if (token.kind !== 'separator') documents.push(readValue(reader, token, { depth: 0 }));
    }
    return { documents, fault: undefined };
  } catch (error) {
    if (!(error instanceof NotJson)) throw error;
    return { documents, fault: { at: error.at, message: error.message } };
  }
}

/** Thrown, and caught above. */
class NotJson extends Error {
  readonly at: number;

  constructor(at: number, message: string) {
    super(message);
    this.at = at;
  }
}

function next(reader: Reader): Token {
  const { text, position } = reader;
  TOKEN.lastIndex = position;
  const found = TOKEN.exec(text);
  if (found === null) {
    const rest = text.slice(position).search(/[^ \t\r\n]/);
    if (rest === -1) return { kind: 'end', text: '', at: text.length };
    throw new NotJson(position + rest, 'This is no JSON.');
  }
  reader.position = TOKEN.lastIndex;
  const [, punctuation, string, number, word, separator = ''] = found;
  const end = reader.position;
  if (punctuation !== undefined) return { kind: 'punctuation', text: punctuation, at: end - 1 };
  if (string !== undefined) return { kind: 'string', text: string, at: end - string.length - 2 };
  if (number !== undefined) return { kind: 'number', text: number, at: end - number.length };
  if (word !== undefined) return { kind: 'word', text: word, at: end - word.length };
  return { kind: 'separator', text: separator, at: end - separator.length };
}

function refuse({ at, text }: Token, wanted: string): never {
  throw new NotJson(
    at,
    `JSON must have ${wanted} here, not ${text === '' ? 'its end' : quote(text)}.`,
  );
}

function isPunctuation(token: Token, text: string): boolean {
  return token.kind === 'punctuation' && token.text === text;
}

function readValue(
  reader: Reader,
  token: Token,
  { depth, key }: { readonly depth: number; readonly key?: Spot },
): Node {
  const spot = key ?? reader.spotAt(token.at);
  if (depth > MAX_DEPTH) throw new NotJson(token.at, `JSON has more than ${MAX_DEPTH} levels.`);
  if (isPunctuation(token, '{')) return readMap(reader, spot, depth);
  if (isPunctuation(token, '[')) return readList(reader, spot, depth);
  return { kind: 'scalar', value: scalarOf(token), spot };
}

function scalarOf(token: Token): Scalar {
  switch (token.kind) {
    case 'string':
      return stringOf(token);
    case 'number':
      return Number(token.text);
    case 'word':
      return WORDS.get(token.text) ?? null;
    default:
      return refuse(token, 'a value');
  }
}

function stringOf({ text }: Token): string {
  return text.includes('\\') ? (JSON.parse(`"${text}"`) as string) : text;
}

function readList(reader: Reader, spot: Spot, depth: number): Node {
  const items: Node[] = [];
  let token = next(reader);
  while (!isPunctuation(token, ']')) {
    items.push(readValue(reader, token, { depth: depth + 1 }));
    token = next(reader);
    if (isPunctuation(token, ']')) break;
    if (!isPunctuation(token, ',')) refuse(token, 'a comma or ]');
    token = next(reader);
    if (isPunctuation(token, ']')) refuse(token, 'a value');
  }
  return { kind: 'list', items, spot };
}

function readMap(reader: Reader, spot: Spot, depth: number): Node {
  const entries = new Map<string, Node>();
  let token = next(reader);
  while (!isPunctuation(token, '}')) {
    if (token.kind !== 'string') refuse(token, 'a key in quotes');
    const at = reader.spotAt(token.at);
    const colon = next(reader);
    if (!isPunctuation(colon, ':')) refuse(colon, 'a colon');
    entries.set(stringOf(token), readValue(reader, next(reader), { depth: depth + 1, key: at }));
    token = next(reader);
    if (isPunctuation(token, '}')) break;
    if (!isPunctuation(token, ',')) refuse(token, 'a comma or }');
    token = next(reader);
    if (isPunctuation(token, '}')) refuse(token, 'a key in quotes');
  }
  return { kind: 'map', entries, spot };
}
