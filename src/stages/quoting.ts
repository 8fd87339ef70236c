import { parseDuration } from '../model/duration.js';

/**
 * Quoting helpers: every free-text value that enters a file passes one of them.
 * Each returns a complete literal of its format, quotes included.
 */
export const helpers = {
  /** A Go interpreted string literal. */
  go: (value: unknown): string => JSON.stringify(text(value)).replaceAll('\u007f', '\\u007f'),
  /** A YAML double-quoted scalar, or the plain word when it can be read only one way. */
  yaml: (value: unknown): string => {
    const raw = text(value);
    return isPlainYaml(raw) ? raw : JSON.stringify(raw);
  },
  json: (value: unknown): string => JSON.stringify(value),
  /** A TypeScript single-quoted string literal. */
  ts: (value: unknown): string =>
    `'${JSON.stringify(text(value)).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`,
  /** A POSIX shell word. */
  sh: (value: unknown): string => {
    const raw = text(value);
    return /^[\w@%+=:,./-]+$/.test(raw) ? raw : `'${raw.replaceAll("'", `'\\''`)}'`;
  },
  /** Markdown text, also within a table cell. */
  md: (value: unknown): string =>
    text(value).replace(/[\\`*_{}[\]<>#|$]/g, (character) => `\\${character}`),
  /** A value of a container's environment: YAML, with `$` doubled: Kubernetes reads `$$` as `$` and expands `$(`. */
  yamlEnv: (value: unknown): string => JSON.stringify(text(value).replaceAll('$', '$$$$')),
  /** A Go duration expression: `950 * time.Millisecond`. */
  goDuration: (value: unknown): string => {
    const ms = parseDuration(text(value)) ?? Number.NaN;
    return ms % 1_000 === 0 ? `${ms / 1_000} * time.Second` : `${ms} * time.Millisecond`;
  },
  /** Whole milliseconds of a duration. */
  ms: (value: unknown): string => String(parseDuration(text(value)) ?? Number.NaN),
} as const;

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new Error(`a quoting helper got ${typeof value}`);
}

/** Words that YAML 1.1 and 1.2 readers both take for text. */
function isPlainYaml(raw: string): boolean {
  return (
    /^[A-Za-z/][A-Za-z0-9_./-]*(?::[A-Za-z0-9_./-]+)*$/.test(raw) &&
    !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(raw)
  );
}
