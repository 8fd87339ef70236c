import {
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  stringify,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
} from 'yaml';

import type { Edit, EditValue } from '../model/finding.js';
import type { Files } from './kustomize.js';

type Path = readonly (string | number)[];

/**
 * Applies edits to manifests. Only the lines of the edited values change: comments, order and style of
 * everything else stay as they are. An edit whose object or place is not there any more is left out.
 *
 * @returns the files that changed, with their new text
 */
export function applyEdits(files: Files, edits: readonly Edit[]): Files {
  const changed = new Map<string, string>();
  for (const edit of edits) {
    const before = changed.get(edit.file) ?? files.get(edit.file);
    const after = before === undefined ? undefined : applyEdit(before, edit);
    if (after !== undefined && after !== before) changed.set(edit.file, after);
  }
  return changed;
}

function applyEdit(text: string, { object, at, value }: Edit): string | undefined {
  const parsed = parseAllDocuments(text);
  const documents = Array.isArray(parsed) ? (parsed as Document.Parsed[]) : [];
  const named = documents.filter(
    (document) =>
      document.getIn(['kind']) === object.kind &&
      document.getIn(['metadata', 'name']) === object.name,
  );
  const document =
    named.find((candidate) => candidate.getIn(['metadata', 'namespace']) === object.namespace) ??
    named[0];
  if (document === undefined) return undefined;
  const edited = value === undefined ? remove(text, document, at) : set(text, document, at, value);
  if (edited === undefined) return undefined;
  // A file that could be read must stay readable.
  const again = parseAllDocuments(edited);
  return Array.isArray(again) && again.every(({ errors }) => errors.length === 0)
    ? edited
    : undefined;
}

function set(text: string, document: Document, at: Path, value: EditValue): string | undefined {
  const parent = nodeAt(document, at.slice(0, -1));
  const key = at.at(-1);
  if (key === undefined) return undefined;
  if (isSeq(parent) && typeof key === 'number') {
    const item = parent.items[key] as Node | undefined;
    return item?.range === undefined || item.range === null
      ? undefined
      : splice(text, item.range[0], endOf(text, item), inline(value));
  }
  if (!isMap(parent)) {
    // What would hold it is not there, or is empty: it is made with the value in it.
    return at.length < 2 || typeof key === 'number'
      ? undefined
      : set(text, document, at.slice(0, -1), { [key]: value });
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
  }: { readonly name: string; readonly value: EditValue; readonly pair: Pair | undefined },
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

function remove(text: string, document: Document, at: Path): string | undefined {
  const parent = nodeAt(document, at.slice(0, -1));
  const pair = isMap(parent) ? pairOf(parent, String(at.at(-1))) : undefined;
  if (!isMap(parent) || pair === undefined) return undefined;
  // A map without entries would be null, which no schema takes.
  if (parent.items.length === 1 && at.length > 2) return remove(text, document, at.slice(0, -1));
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

function nodeAt(document: Document, at: Path): unknown {
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

/** End of a node's own text, without the line breaks and comments that follow it. */
function endOf(text: string, node: Node): number {
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

function block(key: string, value: EditValue, column: number): string {
  const lines = stringify({ [key]: value }, { lineWidth: 0 })
    .trimEnd()
    .split('\n');
  return lines.join(`\n${' '.repeat(column)}`);
}

function inline(value: EditValue): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0 }).trim();
}

function splice(text: string, start: number, end: number, insert: string): string {
  return text.slice(0, start) + insert + text.slice(end);
}
