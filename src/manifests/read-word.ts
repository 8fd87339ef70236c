import type { Scalar } from './yaml-node.js';

/** What each of these words means to YAML 1.1, and so to kubectl; other spellings such as `yEs` are text. */
const WORDS: ReadonlyMap<string, Scalar> = new Map<string, Scalar>([
  ...spelled(['y', 'yes', 'true', 'on'], true),
  ...spelled(['n', 'no', 'false', 'off'], false),
  ...spelled(['null'], null),
  ['', null],
  ['~', null],
  ...['', '+'].flatMap((sign) => spelled([`${sign}.inf`], Number.POSITIVE_INFINITY)),
  ...spelled(['-.inf'], Number.NEGATIVE_INFINITY),
  ['.nan', Number.NaN],
  ['.NaN', Number.NaN],
  ['.NAN', Number.NaN],
]);
const RADIX: Readonly<Record<string, number>> = { '0x': 16, '0o': 8, '0b': 2 };
const DIGITS: Readonly<Record<number, RegExp>> = {
  16: /^[\da-f]+$/i,
  10: /^\d+$/,
  8: /^[0-7]+$/,
  2: /^[01]+$/,
};
const FLOAT = /^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$/;
/** A number that begins with its point takes underscores between digits only. */
const POINT_FIRST = /^\.\d+(?:_\d+)*(?:[eE][-+]?\d+)?$/;
const MAX_INTEGER = 2n ** 64n;
const MIN_INTEGER = -(2n ** 63n);

/**
 * The value of a word without quotes as kubectl reads it: sigs.k8s.io/yaml, with what go-yaml v2 takes of YAML 1.1
 * (`yes`, `0123` is octal, `1_000`) and of YAML 1.2 (`0o17`). Dates and `1:30` are text.
 * `.inf` and `.nan` are numbers here, which JSON and so Kubernetes cannot hold.
 */
export function readWord(word: string): Scalar {
  const known = WORDS.get(word);
  if (known !== undefined) return known;
  if (word.startsWith('.')) return POINT_FIRST.test(word) ? floatOf(word) : word;
  if (!/^[-+\d]/.test(word)) return word;
  const plain = word.replaceAll('_', '');
  const value = integerOf(plain) ?? (FLOAT.test(plain) ? floatOf(plain) : undefined);
  return value === undefined || !Number.isFinite(value) ? word : value;
}

/** `yes`, `Yes`, `YES`. A word of one letter or a point has the same form twice, which a map does not mind. */
function spelled(words: readonly string[], value: Scalar): [string, Scalar][] {
  return words.flatMap((word) => {
    const capital = word.replace(/[a-z]/, (letter) => letter.toUpperCase());
    return [word, capital, word.toUpperCase()].map((form): [string, Scalar] => [form, value]);
  });
}

function floatOf(word: string): Scalar & (number | string) {
  const value = Number(word.replaceAll('_', '')) + 0;
  return Number.isFinite(value) ? value : word;
}

/** An integer of Go, whose base its prefix says; undefined when it is none or has more than 64 bits. */
function integerOf(plain: string): number | undefined {
  const [, sign = '', prefix = '', rest = ''] = /^([-+]?)(0[xob]|0(?=\d))?(.*)$/i.exec(plain) ?? [];
  const radix = prefix === '' ? 10 : (RADIX[prefix.toLowerCase()] ?? 8);
  if (DIGITS[radix]?.test(rest) !== true) return undefined;
  const magnitude = BigInt(
    radix === 10 ? rest : `${prefix.length === 2 ? prefix.toLowerCase() : '0o'}${rest}`,
  );
  const value = sign === '-' ? -magnitude : magnitude;
  return value >= MAX_INTEGER || value < MIN_INTEGER ? undefined : Number(value);
}
