import { isScalar, type Document } from 'yaml';
import type * as z from 'zod/mini';

import type { Catalog } from '../model/catalog.js';
import { inputError, type ToolError } from '../model/errors.js';
import { didYouMean } from '../model/suggest.js';
import { quote } from '../model/text.js';
import type { YamlText } from './parse-yaml.js';
import { environmentKeys } from './request-schema.js';
import { toolKeys } from './tool-schema.js';

/** Problems shown at once; more would scroll the first one away. */
const MAX_PROBLEMS = 10;

type Source = YamlText & { readonly file: string; readonly catalog: Catalog };

/** One line for each problem that the schema found, with file, line and column. */
export function describeProblems(error: z.core.$ZodError, source: Source): ToolError {
  const issues = error.issues.flatMap(oneKeyEach);
  const shown = issues.slice(0, MAX_PROBLEMS).flatMap((issue) => describeIssue(issue, source));
  const more = issues.length - MAX_PROBLEMS;
  return inputError(
    'invalid-request',
    [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('\n'),
    'npx meshwright info CAPABILITY shows the settings of a capability, npx meshwright schema all of them.',
  );
}

/** Unknown keys of one map are one issue of the schema, and as many problems. */
function oneKeyEach(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'unrecognized_keys') return [issue];
  return issue.keys.map((key) => ({ ...issue, keys: [key] }));
}

function describeIssue(issue: z.core.$ZodIssue, source: Source): string[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => {
      const path = [...issue.path, key];
      const where = describePath(issue.path);
      const known = knownKeys(issue.path, source.catalog);
      const hint =
        didYouMean(key, known) || (known.length > 0 ? ` Known: ${known.join(', ')}.` : '');
      const what =
        where === 'capabilities'
          ? `capability ${quote(key)}`
          : `${where === '' ? '' : `${where}.`}${plainKey(key)}`;
      return `${locate(path, source)}: there is no ${what}.${hint}`;
    });
  }
  if (issue.code === 'invalid_union') {
    const deepest = issue.errors
      .flat()
      .sort((a, b) => b.path.length - a.path.length)
      .find((inner) => inner.path.length > 0 || inner.code === 'unrecognized_keys');
    if (deepest !== undefined) {
      return describeIssue({ ...deepest, path: [...issue.path, ...deepest.path] }, source);
    }
    return [
      `${locate(issue.path, source)}: ${describePath(issue.path)} must be false or a map of settings.`,
    ];
  }
  const place = locate(issue.path, source);
  const where = describePath(issue.path);
  if (issue.code === 'invalid_key') {
    return [endSentence(`${place}: ${where} ${issue.issues[0]?.message ?? issue.message}`)];
  }
  const shown = sourceOf(issue.path, source);
  if (shown === undefined)
    return [endSentence(`${place}: ${where} is missing: it ${issue.message}`)];
  return [endSentence(`${place}: ${where === '' ? 'the file' : where}${shown} ${issue.message}`)];
}

function endSentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

/** The value at a path as it was written, quoted; empty for maps and lists, undefined when there is none. */
function sourceOf(path: readonly PropertyKey[], { document }: Source): string | undefined {
  const node: unknown = path.length === 0 ? document.contents : document.getIn(path, true);
  if (node === undefined) return undefined;
  return isScalar(node) ? ` ${quote(node.source ?? node.value)}` : '';
}

/** `capabilities.retry.attempts`, `upstreams[0].url`. */
function describePath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, key) => {
    if (typeof key === 'number') return `${text}[${key}]`;
    return text === '' ? plainKey(String(key)) : `${text}.${plainKey(String(key))}`;
  }, '');
}

function plainKey(key: string): string {
  return /^[\w-]{1,63}$/.test(key) ? key : quote(key);
}

/** The place of the nearest node that exists in the file. */
function locate(path: readonly PropertyKey[], { document, lines, file }: Source): string {
  for (let length = path.length; length > 0; length -= 1) {
    const offset = offsetOf(document, path.slice(0, length));
    if (offset === undefined) continue;
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  }
  return file;
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const key = path.at(-1);
  const items = (parent as { items?: unknown } | null | undefined)?.items;
  if (!Array.isArray(items)) return undefined;
  if (typeof key === 'number') return startOf(items[key]);
  const pair: unknown = items.find(
    (item: { key?: { value?: unknown } }) => item.key?.value === key,
  );
  return startOf((pair as { key?: unknown } | undefined)?.key);
}

function startOf(node: unknown): number | undefined {
  return (node as { range?: readonly [number, number, number] } | undefined)?.range?.[0];
}

const METHOD_KEYS = ['name', 'idempotent'];
const SERVICE_KEYS = [
  'name',
  'language',
  'module',
  'transport',
  'methods',
  'port',
  'healthPort',
  'reflection',
  'timeout',
  'image',
  'idleTimeout',
  'shutdown',
  'probes',
  'adopted',
  'variables',
];
const SERVICE_MAPS = new Map<PropertyKey | undefined, string[]>([
  ['probes', ['live', 'ready']],
  ['shutdown', ['delay', 'timeout']],
  ['methods', METHOD_KEYS],
  ['variables', ['name', 'type', 'default', 'from', 'doc', 'secret', 'configMap', 'key']],
]);
const UPSTREAM_KEYS = ['name', 'url', 'methods', 'timeout', 'replicas', 'stream', 'mesh'];

/** What could have been meant at a place where an unknown key stands. */
function knownKeys(path: readonly PropertyKey[], catalog: Catalog): string[] {
  const [section, second, third] = path;
  if (section === undefined)
    return [
      'version',
      'service',
      'capabilities',
      'upstreams',
      'environments',
      'tool',
      'check',
      'drift',
    ];
  if (section === 'tool') return second === undefined ? ['source'] : [...toolKeys];
  if (section === 'check')
    return second === undefined ? ['accept', 'exclude'] : ['code', 'target', 'reason', 'until'];
  if (section === 'drift') return second === undefined ? ['accept'] : ['path', 'reason', 'until'];
  if (section === 'service') return SERVICE_MAPS.get(second) ?? SERVICE_KEYS;
  if (section === 'environments' && path.length > 2) return knownKeys(path.slice(2), catalog);
  if (section === 'environments') {
    return [
      'service',
      'capabilities',
      'upstreams',
      ...environmentKeys(catalog).map(({ key }) => key),
    ];
  }
  if (section === 'capabilities') {
    if (second === undefined) return catalog.capabilities.map(({ id }) => id);
    return Object.keys(catalog.capabilities.find(({ id }) => id === second)?.settings ?? {});
  }
  const keyed = catalog.capabilities.filter(({ upstreamKey }) => upstreamKey !== undefined);
  if (third === undefined)
    return [...UPSTREAM_KEYS, ...keyed.map(({ upstreamKey }) => upstreamKey ?? '')];
  if (third === 'methods') return METHOD_KEYS;
  return Object.keys(keyed.find(({ upstreamKey }) => upstreamKey === third)?.settings ?? {});
}
