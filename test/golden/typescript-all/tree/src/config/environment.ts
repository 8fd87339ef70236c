import { z } from 'zod';

import { defaults } from './defaults.ts';

/** Environment variables by name. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads variables and collects what is wrong with them. */
export class Environment {
  readonly variables: Variables;
  readonly #problems: string[] = [];

  constructor(variables: Variables) {
    this.variables = variables;
  }

  /** A variable as it is, or its default when it is unset or empty. */
  text(name: string): string {
    return this.variables[name] || (defaults[name] ?? '');
  }

  /** The value of a variable, or of its default when it is unset or empty. */
  read<T>(name: string, schema: z.ZodType<T, string>): T {
    const text = this.text(name);
    const parsed = schema.safeParse(text);
    if (parsed.success) return parsed.data;
    const reasons = parsed.error.issues.map(({ message }) => message);
    this.#problems.push(`${name}=${JSON.stringify(text)}: ${reasons[0] ?? 'is invalid'}`);
    return undefined as T; // seen by nobody: the caller ends with throwIfInvalid
  }

  /** @throws Error that names every variable with a value that cannot be used */
  throwIfInvalid(): void {
    if (this.#problems.length > 0) throw new Error(this.#problems.join('\n'));
  }
}

export function wholeNumber(lowest: number, highest: number) {
  const error = `must be a whole number from ${lowest} to ${highest}`;
  return z
    .string()
    .regex(/^-?\d+$/, { error, abort: true })
    .transform(Number)
    .refine((value) => value >= lowest && value <= highest, { error });
}

/** A duration in milliseconds. */
export function duration(lowest: string, highest: string) {
  const error = `must be a duration from ${lowest} to ${highest}, such as 1.5s`;
  const least = parseDuration(lowest);
  const most = parseDuration(highest);
  return z
    .string()
    .transform(parseDuration)
    .refine((value) => value >= least && value <= most, { error });
}

const milliseconds = new Map([
  ['us', 0.001],
  ['ms', 1],
  ['s', 1_000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** `1m30s` gives 90000, and `0` needs no unit. What is no duration gives NaN. */
function parseDuration(text: string): number {
  if (text === '0') return 0;
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h))+$/.test(text)) return Number.NaN;
  const parts = text.matchAll(/([\d.]+)([a-z]+)/g);
  return [...parts].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (milliseconds.get(unit) ?? Number.NaN),
    0,
  );
}
