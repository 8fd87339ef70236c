import { quote } from '../model/text.js';
import { formatPath, type Problem, type ValuePath } from './manifest-file.js';
import { problem } from './problem.js';

/**
 * Forms of single values, as pkg/config/validation and pkg/config/labels of Istio 1.31 check them.
 */

const DNS_1123_LABEL = /^[a-zA-Z0-9](?:[-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?$/;
const WILDCARD_LABEL = /^(?:\*|(?:\*|\*-)?[a-zA-Z0-9](?:[-a-zA-Z0-9]*[a-zA-Z0-9])?)$/;
const GO_UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Milliseconds of a Go duration, or undefined when it is none. */
export function readGoDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (GO_UNITS[unit ?? ''] ?? Number.NaN);
  }
  return text.startsWith('-') ? -total : total;
}

/** ValidateDuration: at least 1 ms, in whole ms. */
export function* checkDuration(at: ValuePath, value: string | undefined): Generator<Problem> {
  if (value === undefined) return;
  const ms = readGoDuration(value);
  const place = formatPath(at);
  if (ms === undefined) {
    yield problem(at, `${place} must be a duration such as 900ms or 2s, not ${quote(value)}.`);
  } else if (ms < 1) {
    yield problem(at, `${place} must be at least 1ms, not ${quote(value)}; leave it out for none.`);
  } else if (Math.abs(ms - Math.round(ms)) > 1e-9) {
    yield problem(at, `${place} must be whole milliseconds, not ${quote(value)}.`);
  }
}

export function isDns1123Label(text: string): boolean {
  return DNS_1123_LABEL.test(text);
}

/** ValidateWildcardDomain: a host name whose first label may be or start with `*`. */
export function* checkHost(at: ValuePath, host: string): Generator<Problem> {
  const [first = '', ...rest] = host.split('.');
  const isGood =
    host.length <= 255 &&
    first.length <= 63 &&
    WILDCARD_LABEL.test(first) &&
    (rest.length === 0 || isFqdn(rest.join('.')));
  if (!isGood) yield problem(at, `${formatPath(at)} must be a host name, not ${quote(host)}.`);
}

/** ValidateFQDN: no wildcard, and the last label is no number. */
export function isFqdn(host: string): boolean {
  const labels = host.replace(/\.$/, '').split('.');
  return (
    host.length > 0 &&
    host.length <= 255 &&
    labels.every(isDns1123Label) &&
    !/^\d+$/.test(labels.at(-1) ?? '')
  );
}

export function* checkPort(at: ValuePath, port: number | undefined): Generator<Problem> {
  if (port === undefined || (port >= 1 && port <= 65_535)) return;
  yield problem(at, `${formatPath(at)} must be from 1 to 65535, not ${port}.`);
}

/** ValidatePercent. */
export function* checkPercent(at: ValuePath, value: number | undefined): Generator<Problem> {
  if (value === undefined || (value >= 0 && value <= 100)) return;
  yield problem(at, `${formatPath(at)} must be from 0 to 100 percent, not ${value}.`);
}

export function* checkNotNegative(at: ValuePath, value: number | undefined): Generator<Problem> {
  if (value !== undefined && value < 0) {
    yield problem(at, `${formatPath(at)} must not be negative; it is ${value}.`);
  }
}

/**
 * Regular expressions of Istio are RE2's: no look-around, no back-references, at most 1024 characters.
 * What JavaScript reads otherwise than RE2 is let through.
 */
export function* checkRegex(at: ValuePath, regex: string | undefined): Generator<Problem> {
  if (regex === undefined) return;
  const place = formatPath(at);
  if (regex === '') yield problem(at, `${place} must not be empty.`);
  else if (regex.length > 1024) yield problem(at, `${place} must have at most 1024 characters.`);
  else if (/\(\?(?:[=!]|<[=!])/.test(regex) || /\\[1-9]/.test(regex)) {
    yield problem(at, `${place} uses what RE2 lacks: look-around or a back-reference.`);
  } else if (!/\(\?|\\[pPzAQE]|\[\[:/.test(regex) && !isRegExp(regex)) {
    yield problem(at, `${place} is no regular expression: ${quote(regex)}.`);
  }
}

function isRegExp(regex: string): boolean {
  try {
    new RegExp(regex);
    return true;
  } catch {
    return false;
  }
}

/** Empty strings in a list match nothing and are refused (CheckEmptyValues). */
export function* checkNoEmpty(
  at: ValuePath,
  values: readonly string[] | undefined,
): Generator<Problem> {
  for (const [index, value] of (values ?? []).entries()) {
    if (value === '')
      yield problem([...at, index], `${formatPath([...at, index])} must not be empty.`);
  }
}
