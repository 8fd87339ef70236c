import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node as YamlNode,
  type Scalar as YamlScalar,
  type YAMLMap,
} from 'yaml';

import { unmaskVariables } from './mask-variables.js';
import { readWord } from './read-word.js';
import { foldLines } from './relax-layout.js';
import type { MapNode, Node, RepeatedKey, Scalar, Spot } from './yaml-node.js';

/** Anchors used more often than this are an attack, not a manifest. */
const MAX_ALIASES = 1_000;
/** Tags that ask for what a word without quotes means anyway. */
const WORD_TAG = /^tag:yaml\.org,2002:(?:bool|int|float|null)$/;

/** What kubectl refuses although it is YAML. */
export type Fault = { readonly at: number; readonly message: string };

type Source = {
  readonly document: Document;
  readonly spotAt: (offset: number) => Spot;
  aliasesLeft: number;
  /** The first one; the rest of the document is not worth reading. */
  fault: Fault | undefined;
};

/**
 * A document of the library as a value with places, its words as kubectl reads them. What `maskVariables` and
 * `relaxLayout` put in is taken out again.
 */
export function convertDocument(
  document: Document,
  spotAt: (offset: number) => Spot,
): { readonly node: Node | undefined; readonly fault: Fault | undefined } {
  const source: Source = {
    document,
    spotAt,
    aliasesLeft: MAX_ALIASES,
    fault: undefined,
  };
  const node = document.contents === null ? undefined : convert(document.contents, source);
  return { node, fault: source.fault };
}

function convert(node: YamlNode, source: Source, key?: Spot): Node | undefined {
  const start = node.range?.[0] ?? 0;
  const spot = key ?? source.spotAt(start);
  if (source.fault !== undefined) return undefined;
  if (isAlias(node)) {
    const target = targetOf(node, source);
    return target === undefined ? undefined : convert(target, source, spot);
  }
  if (isScalar(node)) {
    const value = valueOf(node);
    if (typeof value === 'number' && !Number.isFinite(value))
      fail(source, start, `${node.source} is not a number that Kubernetes can hold.`);
    const scalar = { kind: 'scalar', value, spot } as const;
    return node.type === 'BLOCK_LITERAL' ? { ...scalar, isLiteral: true } : scalar;
  }
  if (isSeq(node)) {
    const items = node.items.flatMap((item) => convert(item as YamlNode, source) ?? []);
    return { kind: 'list', items, spot };
  }
  return isMap(node) ? convertMap(node, source, spot) : undefined;
}

function targetOf(alias: Alias, source: Source): YamlNode | undefined {
  const { document } = source;
  source.aliasesLeft -= 1;
  if (source.aliasesLeft < 0) {
    const message = `Excessive alias count: more than ${MAX_ALIASES}. Write the values out.`;
    fail(source, document.contents?.range?.[0] ?? 0, message);
    return undefined;
  }
  const target = alias.resolve(document);
  if (target === undefined) {
    const message = `*${alias.source} has no anchor &${alias.source} before it.`;
    fail(source, alias.range?.[0] ?? 0, message);
  }
  return target;
}

function convertMap(node: YAMLMap, source: Source, spot: Spot): MapNode {
  const entries = new Map<string, Node>();
  const own = new Set<string>();
  const repeated: RepeatedKey[] = [];
  for (const { key: given, value } of node.items) {
    const key = isAlias(given) ? targetOf(given, source) : given;
    if (!isScalar(key)) {
      fail(source, spot.offset, 'A key must be a word, not a map or a list.');
      continue;
    }
    const keySpot = source.spotAt(key.range?.[0] ?? spot.offset);
    const converted =
      value === null
        ? ({ kind: 'scalar', value: null, spot: keySpot } as const)
        : convert(value as YamlNode, source, keySpot);
    if (converted === undefined) continue;
    if (isMergeKey(key)) {
      merge(entries, converted, source);
      continue;
    }
    const name = String(valueOf(key));
    if (own.has(name)) repeated.push({ key: name, spot: keySpot });
    own.add(name);
    entries.set(name, converted);
  }
  return { kind: 'map', entries, spot, ...(repeated.length > 0 && { repeated }) };
}

/** `<<` in quotes is a key like any other. */
function isMergeKey(key: YamlScalar): boolean {
  return key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined;
}

/** Keys in the order of the file: what follows `<<` replaces what it brought, and the other way round. */
function merge(entries: Map<string, Node>, from: Node, source: Source): void {
  // Of several maps the first to have a key counts.
  const maps = from.kind === 'list' ? [...from.items].reverse() : [from];
  for (const map of maps) {
    if (map.kind === 'map') for (const [key, item] of map.entries) entries.set(key, item);
    else fail(source, from.spot.offset, '<< takes a map or a list of maps.');
  }
}

function valueOf({ type, tag, value, source = '' }: YamlScalar): Scalar {
  const isWord = tag === undefined ? type === 'PLAIN' : WORD_TAG.test(tag);
  const read = isWord ? readWord(source) : typeof value === 'string' ? value : source;
  return typeof read === 'string' ? unmaskVariables(foldLines(read)) : read;
}

function fail(source: Source, at: number, message: string): void {
  source.fault ??= { at, message };
}
