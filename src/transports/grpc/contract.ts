import type { ContractMethod, ContractReading, ContractService } from '../../model/contract.js';
import { readTokens, type Token } from './tokens.js';

/** What a statement of a .proto file may begin with (syntax 2 and 3, editions). */
const STATEMENTS = new Set([
  ...['syntax', 'edition', 'package', 'import', 'option', 'message', 'enum', 'extend', 'service'],
  ...['export', 'local', ';'],
]);

/** What option idempotency_level says; the third value is its default, and says nothing. */
const LEVELS: Readonly<Record<string, boolean>> = { NO_SIDE_EFFECTS: true, IDEMPOTENT: true };

type Reading = { readonly tokens: readonly Token[]; at: number };

class Unreadable extends Error {
  readonly token: Token | undefined;

  constructor(token: Token | undefined, message: string) {
    super(message);
    this.token = token;
  }
}

/**
 * The services of a .proto file with their methods and idempotency_level; messages and options are passed over. Never
 * throws: what was read before a fault is there, and the fault is its `problem`.
 */
export function readContract(text: string): ContractReading {
  const { tokens, stop } = readTokens(text);
  const reading: Reading = { tokens, at: 0 };
  const services: ContractService[] = [];
  try {
    readFile(reading, services);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    // What ends too early ends where the text could not be split.
    const at = error.token ?? stop ?? tokens.at(-1) ?? { line: 1, column: 1 };
    const message = error.token === undefined ? (stop?.message ?? error.message) : error.message;
    return { services, problem: { line: at.line, column: at.column, message } };
  }
  if (stop === undefined) return { services };
  return { services, problem: { line: stop.line, column: stop.column, message: stop.message } };
}

function readFile(reading: Reading, services: ContractService[]): void {
  let name = '';
  while (reading.at < reading.tokens.length) {
    const token = next(reading);
    if (!STATEMENTS.has(token.text)) {
      throw new Unreadable(token, `holds ${JSON.stringify(token.text)} where a declaration begins`);
    }
    if (token.text === 'package') name = next(reading).text;
    if (token.text === 'service') services.push(readService(reading, name));
    else if (token.text !== ';') passOver(reading);
  }
}

function readService(reading: Reading, packageName: string): ContractService {
  const own = next(reading).text;
  const name = packageName === '' ? own : `${packageName}.${own}`;
  const methods: ContractMethod[] = [];
  expect(reading, '{');
  for (;;) {
    const token = next(reading);
    if (token.text === '}') return { name, methods };
    if (token.text === 'rpc') methods.push(readMethod(reading, name));
    else if (token.text === 'option') passOver(reading);
    else if (token.text !== ';') {
      throw new Unreadable(token, `holds ${JSON.stringify(token.text)} where a method begins`);
    }
  }
}

function readMethod(reading: Reading, service: string): ContractMethod {
  const { text, line, column } = next(reading);
  const method = { name: `/${service}/${text}`, line, column };
  readType(reading);
  expect(reading, 'returns');
  readType(reading);
  const end = next(reading);
  if (end.text === ';') return { ...method, idempotent: undefined };
  if (end.text !== '{')
    throw new Unreadable(end, `holds ${JSON.stringify(end.text)} behind a method`);
  return { ...method, idempotent: readOptions(reading) };
}

/** `(items.v1.Item)`, `(stream Item)`. */
function readType(reading: Reading): void {
  expect(reading, '(');
  if (next(reading).text === 'stream' && peek(reading) !== ')') next(reading);
  expect(reading, ')');
}

function readOptions(reading: Reading): boolean | undefined {
  let idempotent: boolean | undefined;
  for (;;) {
    const token = next(reading);
    if (token.text === '}') return idempotent;
    if (token.text === ';') continue;
    if (token.text !== 'option') {
      throw new Unreadable(token, `holds ${JSON.stringify(token.text)} where an option begins`);
    }
    if (peek(reading) === 'idempotency_level') {
      next(reading);
      expect(reading, '=');
      const level = next(reading).text;
      idempotent = LEVELS[level];
      expect(reading, ';');
    } else passOver(reading);
  }
}

/** To the end of a statement: a semicolon, or the brace that closes what it opened. */
function passOver(reading: Reading): void {
  for (let depth = 0; ;) {
    const { text } = next(reading);
    if (text === '{') depth += 1;
    if (text === '}') depth -= 1;
    if (depth === 0 && (text === ';' || text === '}')) return;
  }
}

function expect(reading: Reading, text: string): void {
  const token = next(reading);
  if (token.text !== text) {
    throw new Unreadable(token, `holds ${JSON.stringify(token.text)} where "${text}" belongs`);
  }
}

function next(reading: Reading): Token {
  const token = reading.tokens[reading.at];
  if (token === undefined) throw new Unreadable(undefined, 'ends too early');
  reading.at += 1;
  return token;
}

function peek({ tokens, at }: Reading): string | undefined {
  return tokens[at]?.text;
}
