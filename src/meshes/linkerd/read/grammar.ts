import { silentFailures, type FailureClass } from '../../../transports/transport.js';
import { isUnresolved } from '../../../flow/selection.js';
import { transports } from '../../../transports/transports.js';

/** What a text means, or what would be allowed in its place. */
export type Parsed<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'refused'; readonly allowed: string };

/** A number that is filled in later. */
const UNKNOWN: Parsed<number> = { kind: 'read', value: Number.NaN };

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** One integer and one unit, or 0: no fraction, no second unit, no sign. @returns ms */
export function parseLength(text: string): Parsed<number> {
  if (isUnresolved(text)) return UNKNOWN;
  const [, count, unit = ''] = /^(\d+)(ms|s|m|h|d)$/.exec(text) ?? [];
  if (text === '0') return { kind: 'read', value: 0 };
  return count === undefined
    ? { kind: 'refused', allowed: 'an integer with one unit of ms, s, m, h or d, such as 900ms' }
    : { kind: 'read', value: Number(count) * (UNITS[unit] ?? 1) };
}

/** Retries beyond the first try, up to 65535. */
export function parseLimit(text: string): Parsed<number> {
  if (isUnresolved(text)) return UNKNOWN;
  const isRead = /^\d+$/.test(text) && Number(text) <= 65_535;
  return isRead
    ? { kind: 'read', value: Number(text) }
    : { kind: 'refused', allowed: 'an integer from 0 to 65535' };
}

/** Statuses from one to another, both included. */
export type StatusRange = { readonly from: number; readonly to: number };

const NAMED: Readonly<Record<string, StatusRange>> = {
  '5xx': { from: 500, to: 599 },
  'gateway-error': { from: 502, to: 504 },
};

/** Statuses that are retried: `5xx,429`, without spaces. */
export function parseStatuses(text: string): Parsed<readonly StatusRange[]> {
  const ranges = text.split(',').map(parseStatus);
  const known = ranges.filter((range) => range !== undefined);
  return known.length < ranges.length
    ? {
        kind: 'refused',
        allowed:
          '5xx, gateway-error, a status, or a range such as 500-504, joined by commas without spaces',
      }
    : { kind: 'read', value: known };
}

function parseStatus(word: string): StatusRange | undefined {
  if (NAMED[word] !== undefined) return NAMED[word];
  const [, first, last = first] = /^(\d{3})(?:-(\d{3}))?$/.exec(word) ?? [];
  const [from, to] = [Number(first), Number(last)];
  return from >= 100 && to <= 599 && from <= to ? { from, to } : undefined;
}

const GRPC_WORDS = [
  'cancelled',
  'deadline-exceeded',
  'internal',
  'resource-exhausted',
  'unavailable',
];

/** Codes of gRPC that are retried, without spaces. */
export function parseGrpcWords(text: string): Parsed<readonly string[]> {
  const words = text.split(',');
  return words.every((word) => GRPC_WORDS.includes(word))
    ? { kind: 'read', value: words }
    : { kind: 'refused', allowed: `${GRPC_WORDS.join(', ')}, joined by commas without spaces` };
}

/** How a breaker of endpoints decides; of the modes only these are known. */
export function parseAccrual(text: string): Parsed<'consecutive' | 'unified'> {
  return text === 'consecutive' || text === 'unified'
    ? { kind: 'read', value: text }
    : { kind: 'refused', allowed: 'consecutive' };
}

export function parseCount(text: string): Parsed<number> {
  if (isUnresolved(text)) return UNKNOWN;
  return /^\d+$/.test(text) && Number(text) < 2 ** 32
    ? { kind: 'read', value: Number(text) }
    : { kind: 'refused', allowed: 'an integer' };
}

export function parseRatio(text: string): Parsed<number> {
  if (isUnresolved(text)) return UNKNOWN;
  return /^\d+(?:\.\d+)?$/.test(text) && Number(text) <= 100
    ? { kind: 'read', value: Number(text) }
    : { kind: 'refused', allowed: 'a number from 0 to 100, such as 0.5' };
}

/**
 * The ways of failing that a policy repeats; codes of gRPC are seen in headers and in trailers (measured). The proxy makes 502 of a connection that is refused or reset, and cannot
 * tell the two apart (measured); a try that it cuts itself is repeated whenever it has a limit.
 */
export function repeatsOf({
  statuses,
  words,
  cutsTries,
}: {
  readonly statuses: readonly StatusRange[];
  readonly words: readonly string[];
  readonly cutsTries: boolean;
}): readonly FailureClass[] {
  const covers = (status: number) =>
    statuses.some(({ from, to }) => from <= status && status <= to);
  const silent = silentFailures.filter((failure) =>
    failure === 'timeout' ? cutsTries : covers(MADE_OF_SILENCE),
  );
  const answers = transports
    .flatMap((transport) => transport.answers)
    .filter(({ code, status, word }) =>
      word === undefined
        ? covers(status) || words.some((one) => code === `${one.toUpperCase()} IN TRAILERS`)
        : words.includes(word),
    );
  return [...silent, ...answers.map(({ code }) => code)];
}

/** What the proxy answers where an endpoint answered nothing (measured). */
const MADE_OF_SILENCE = 502;
