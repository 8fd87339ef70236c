import {
  down,
  entriesOf,
  exists,
  flag,
  itemsOf,
  labelsOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';

/** One way in which a value is compared. */
type Comparison = { readonly kind: 'exact' | 'prefix' | 'regex' | 'any'; readonly value: string };

/** One entry of a route's `match`; all its conditions must hold. */
export type WrittenMatch = {
  readonly at: Cursor;
  readonly uri: Comparison;
  /** Conditions that are compared: `method`, `header x-canary`, `query v`. */
  readonly compared: ReadonlyMap<string, Comparison>;
  /** Conditions that are equal or not: `port`, `sourceNamespace`. */
  readonly fixed: ReadonlyMap<string, string>;
};

/** Conditions that do not narrow what matches. */
const NAMES = new Set(['name', 'statPrefix', 'uri', 'ignoreUriCase']);
const COMPARED = new Set(['scheme', 'method', 'authority']);
const MAPS: Readonly<Record<string, string>> = { headers: 'header', queryParams: 'query' };

export function readMatches(route: Cursor): readonly WrittenMatch[] {
  return itemsOf(down(route, 'match')).map(readMatch);
}

/** What a route without `match` takes. */
export function everything(route: Cursor): WrittenMatch {
  return { at: route, uri: any, compared: new Map(), fixed: new Map() };
}

const any: Comparison = { kind: 'any', value: '' };

function readMatch(at: Cursor): WrittenMatch {
  const compared = new Map<string, Comparison>();
  const fixed = new Map<string, string>();
  for (const [key, value] of entriesOf(at)) {
    const map = MAPS[key];
    if (map !== undefined) {
      for (const [name, one] of entriesOf(value))
        compared.set(`${map} ${name}`, readComparison(one));
    } else if (COMPARED.has(key)) compared.set(key, readComparison(value));
    else if (key === 'sourceLabels') {
      for (const [name, label] of Object.entries(labelsOf(value)))
        fixed.set(`label ${name}`, label);
    } else if (!NAMES.has(key)) fixed.set(key, wordsOf(value));
  }
  if (flag(down(at, 'ignoreUriCase'), false).value) fixed.set('ignoreUriCase', 'true');
  return { at, uri: readUri(down(at, 'uri')), compared, fixed };
}

/** Lists in any order, maps and scalars as they are. */
function wordsOf(value: Cursor): string {
  if (value.node?.kind === 'list') return [...texts(value).value].sort().join(' ');
  if (value.node?.kind !== 'map') return text(value).value;
  return entriesOf(value)
    .map(([key, one]) => `${key}=${wordsOf(one)}`)
    .sort()
    .join(' ');
}

function readUri(uri: Cursor): Comparison {
  const read = exists(uri) ? readComparison(uri) : any;
  const isEvery = (read.kind === 'prefix' && read.value === '/') || isEveryRegex(read);
  return isEvery ? any : read;
}

function isEveryRegex({ kind, value }: Comparison): boolean {
  return kind === 'regex' && /^\^?\/?\.\*\$?$/.test(value);
}

function readComparison(at: Cursor): Comparison {
  for (const kind of ['exact', 'prefix', 'regex'] as const) {
    const value = down(at, kind);
    if (exists(value)) return { kind, value: text(value).value };
  }
  return any;
}

/** True when whatever matches `later` matches `earlier` too, so that it never gets to `later`. */
export function covers(earlier: WrittenMatch, later: WrittenMatch): boolean {
  // In any case it matches more paths than the same in one case.
  const isWider = later.fixed.has('ignoreUriCase') && !earlier.fixed.has('ignoreUriCase');
  return (
    includes(earlier.uri, later.uri) &&
    (!isWider || earlier.uri.kind === 'any') &&
    [...earlier.compared].every(([key, one]) => {
      const other = later.compared.get(key);
      return other !== undefined && includes(one, other);
    }) &&
    [...earlier.fixed].every(([key, value]) => later.fixed.get(key) === value)
  );
}

function includes(wide: Comparison, narrow: Comparison): boolean {
  if (wide.kind === 'any') return true;
  if (wide.kind === 'prefix')
    return (
      (narrow.kind === 'prefix' || narrow.kind === 'exact') && narrow.value.startsWith(wide.value)
    );
  return wide.kind === narrow.kind && wide.value === narrow.value;
}

/** A route of TLS or TCP by its conditions, the server names of each by themselves. */
export function describe({ uri, compared, fixed }: WrittenMatch): string {
  const parts = [
    ...(uri.kind === 'any' ? [] : [`${uri.kind} ${uri.value}`]),
    ...[...compared].map(([key, { value }]) => `${key} ${value}`.trim()),
    ...[...fixed].map(([key, value]) => `${key} ${value}`),
  ];
  return parts.join(', ') || 'everything';
}
