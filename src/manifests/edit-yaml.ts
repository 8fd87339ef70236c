import {
  isMap,
  isScalar,
  isSeq,
  parseDocument,
  type Document,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

import { printYaml } from './print-yaml.js';

/**
 * The one editor of YAML that people wrote: comments, order and style of everything but the edited value stay.
 */

export type YamlPath = readonly (string | number)[];

export type YamlValue =
  string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };

/**
 * The text with a value at a path; the maps that would hold it are made. Only the lines of the value change.
 *
 * @param document the text, parsed; the places of its nodes are used
 * @returns undefined when there is no such place
 */
export function setAt(
  text: string,
  document: Document,
  { at, value }: { readonly at: YamlPath; readonly value: YamlValue },
): string | undefined {
  const parent = nodeAt(document, at.slice(0, -1));
  const key = at.at(-1);
  if (key === undefined) return undefined;
  if (isSeq(parent) && /^\d+$/.test(String(key))) {
    const item = parent.items[Number(key)] as Node | undefined;
    return item?.range === undefined || item.range === null
      ? undefined
      : splice(text, item.range[0], endOf(text, item), inline(value));
  }
  if (!isMap(parent)) {
    // What would hold it is not there, or is empty: it is made with the value in it.
    return at.length < 2 || typeof key === 'number'
      ? undefined
      : setAt(text, document, { at: at.slice(0, -1), value: { [key]: value } });
  }
  const pair = pairOf(parent, String(key));
  const name = String(key);
  if (parent.flow === true) return setInFlow(text, parent, { name, value, pair });
  const column = columnOf(text, parent);
  if (pair !== undefined) {
    const [start, end] = rangeOf(text, pair);
    return splice(text, start, end, block(name, value, column));
  }
  const last = parent.items.at(-1);
  if (last === undefined) return undefined;
  const end = text.indexOf('\n', rangeOf(text, last)[1]);
  const position = end === -1 ? text.length : end;
  return splice(text, position, position, `\n${' '.repeat(column)}${block(name, value, column)}`);
}

function setInFlow(
  text: string,
  parent: YAMLMap,
  {
    name,
    value,
    pair,
  }: { readonly name: string; readonly value: YamlValue; readonly pair: Pair | undefined },
): string | undefined {
  const entry = `${name}: ${inline(value)}`;
  if (pair !== undefined) {
    const [start, end] = rangeOf(text, pair);
    return splice(text, start, end, entry);
  }
  const last = parent.items.at(-1);
  if (last !== undefined) {
    const [, end] = rangeOf(text, last);
    return splice(text, end, end, `, ${entry}`);
  }
  return parent.range === undefined || parent.range === null
    ? undefined
    : splice(text, parent.range[0], parent.range[1], `{ ${entry} }`);
}

/**
 * The text without what is at a path. Only its lines change.
 *
 * @param document the text, parsed; the places of its nodes are used
 * @param options.emptied what happens to a map or list that has nothing else: it goes too, as no schema of a
 *   manifest takes null, or stays as `{}` or `[]`
 * @returns undefined when there is nothing
 */
export function removeAt(
  text: string,
  document: Document,
  { at, emptied }: { readonly at: YamlPath; readonly emptied: 'drop' | 'keep' },
): string | undefined {
  const above = at.slice(0, -1);
  const parent = nodeAt(document, above);
  const key = at.at(-1);
  if (isSeq(parent) && typeof key === 'number') {
    const item = parent.items[key] as Node | undefined;
    if (item === undefined) return undefined;
    if (parent.items.length > 1) return removeItem(text, parent, item);
    return emptied === 'keep'
      ? setAt(text, document, { at: above, value: [] })
      : removeAt(text, document, { at: above, emptied });
  }
  const pair = isMap(parent) ? pairOf(parent, String(key)) : undefined;
  if (!isMap(parent) || pair === undefined) return undefined;
  if (parent.items.length === 1 && emptied === 'keep' && at.length > 1)
    return setAt(text, document, { at: above, value: {} });
  if (parent.items.length === 1 && at.length > 2)
    return removeAt(text, document, { at: above, emptied });
  const [start, end] = rangeOf(text, pair);
  if (parent.flow === true) {
    const isLast = parent.items.at(-1) === pair;
    if (!isLast) return splice(text, start, text.indexOf(',', end) + 1, '').replace(/\{ {2}/, '{ ');
    return splice(text, text.lastIndexOf(',', start), end, '');
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  if (text.slice(lineStart, start).trim() === '')
    return splice(text, lineStart, lineEnd === -1 ? text.length : lineEnd + 1, '');
  // The first key of a list's item: the next key moves up behind the dash.
  const next = parent.items[1];
  return next === undefined ? undefined : splice(text, start, rangeOf(text, next)[0], '');
}

/** One of several. */
function removeItem(text: string, parent: YAMLSeq, item: Node): string | undefined {
  const start = item.range?.[0] ?? 0;
  const end = endOf(text, item);
  if (parent.flow === true) {
    return parent.items.at(-1) === item
      ? splice(text, text.lastIndexOf(',', start), end, '')
      : splice(
          text,
          start,
          (parent.items[parent.items.indexOf(item) + 1] as Node).range?.[0] ?? end,
          '',
        );
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  if (!/^ *- +$/.test(text.slice(lineStart, start))) return undefined;
  const lineEnd = text.indexOf('\n', end);
  return splice(text, lineStart, lineEnd === -1 ? text.length : lineEnd + 1, '');
}

function nodeAt(document: Document, at: YamlPath): unknown {
  return at.length === 0 ? document.contents : document.getIn(at, true);
}

function pairOf(map: YAMLMap, key: string): Pair | undefined {
  return map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
}

function rangeOf(text: string, { key, value }: Pair): [number, number] {
  const [start = 0, keyEnd = 0] = (key as Node).range ?? [];
  const node = value as Node | null;
  return [
    start,
    node?.range === undefined || node.range === null
      ? keyEnd + 1
      : Math.max(keyEnd + 1, endOf(text, node)),
  ];
}

/** A text to edit, broken or not. */
export function documentOf(text: string): Document {
  return parseDocument(text);
}

/** The text with other names for keys; every other byte stays. */
export function renameKeys(
  text: string,
  keys: readonly { readonly key: Scalar; readonly to: string }[],
): string {
  return [...keys]
    .sort((a, b) => (b.key.range?.[0] ?? 0) - (a.key.range?.[0] ?? 0))
    .reduce((current, { key, to }) => {
      const [start, end] = key.range ?? [0, 0];
      return splice(current, start, end, to);
    }, text);
}

/** End of a node's own text, without the line breaks and comments that follow it. */
export function endOf(text: string, node: Node): number {
  if (isMap(node) && node.flow !== true) {
    const last = node.items.at(-1);
    if (last !== undefined) return rangeOf(text, last)[1];
  }
  if (isSeq(node) && node.flow !== true) {
    const last = node.items.at(-1) as Node | undefined;
    if (last !== undefined) return endOf(text, last);
  }
  const [start = 0, end = 0] = node.range ?? [];
  return start + text.slice(start, end).trimEnd().length;
}

function columnOf(text: string, map: YAMLMap): number {
  const start = (map.items[0]?.key as Node | undefined)?.range?.[0] ?? 0;
  return start - (text.lastIndexOf('\n', start - 1) + 1);
}

function block(key: string, value: YamlValue, column: number): string {
  const lines = printYaml({ [key]: value })
    .trimEnd()
    .split('\n');
  return lines.join(`\n${' '.repeat(column)}`);
}

function inline(value: YamlValue): string {
  return printYaml(value, { collectionStyle: 'flow' }).trim();
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}
