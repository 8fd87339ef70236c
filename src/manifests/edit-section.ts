import { isMap, isScalar, isSeq, type Document, type Node, type Pair } from 'yaml';

import { documentOf, endOf, removeAt, type YamlPath, type YamlValue } from './edit-yaml.js';

/**
 * Edits of whole entries of a section, as a person would make them: lines come and go, every other byte stays. An
 * entry is a key of a map, or an item of a list that has a name.
 */

type Entry = { readonly key: string; readonly node: Node; readonly start: number };

/** The keys of what is at a path: those of a map, or the names of a list's items. */
export function keysAt(text: string, at: YamlPath): readonly string[] {
  return entriesOf(documentOf(text), at).map(({ key }) => key);
}

function entriesOf(document: Document, at: YamlPath): Entry[] {
  const node = document.hasIn(at) ? (document.getIn(at, true) as Node) : undefined;
  if (isMap(node)) {
    return node.items.flatMap((pair) =>
      isScalar(pair.key)
        ? [
            {
              key: String(pair.key.value),
              node: (pair.value ?? pair.key) as Node,
              start: pair.key.range?.[0] ?? 0,
            },
          ]
        : [],
    );
  }
  if (!isSeq(node)) return [];
  return node.items.map((item) => ({
    key: isMap(item) ? String(item.get('name')) : '',
    node: item as Node,
    start: (item as Node).range?.[0] ?? 0,
  }));
}

/** The text with a section that exists and is in block style; `before` names the section that follows it. */
export function asBlock(text: string, section: string, before: string): string {
  const document = documentOf(text);
  const node = document.get(section, true) as
    (Node & { flow?: boolean; items?: unknown[] }) | undefined | null;
  if (node === undefined) {
    const at = startOf(document, before) ?? text.length;
    return `${withNewline(text.slice(0, at))}${section}:\n${text.slice(at)}`;
  }
  if (node === null || !('items' in node) || node.flow !== true) return text;
  const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  if (node.items.length === 0) return text.slice(0, start).trimEnd() + text.slice(end);
  node.flow = false;
  return document.toString({ lineWidth: 0 });
}

type Insertion = {
  readonly section: string;
  /** Key of the entry to put it before, and before the comments above that; behind the last one when absent. */
  readonly before: string | undefined;
  /** Indented by two columns. */
  readonly lines: readonly string[];
};

/** Adds the lines of an entry to a section in block style. */
export function insertEntry(text: string, { section, before, lines }: Insertion): string {
  const document = documentOf(text);
  const entries = entriesOf(document, [section]);
  const next = entries.find(({ key }) => key === before);
  const first = entries[0];
  const indent = first === undefined ? 2 : columnOf(text, first.start);
  const shifted = lines.map((line) => ' '.repeat(indent) + line.slice(2)).join('\n');
  const at =
    next === undefined ? endOfSection(text, document, section) : aboveComments(text, next.start);
  return `${withNewline(text.slice(0, at))}${shifted}\n${text.slice(at)}`;
}

/**
 * Removes the lines of one entry of a section in block style, and comments below them that are further in. Comments
 * above what follows stay. A section that becomes empty says so.
 */
export function removeEntry(text: string, section: string, key: string): string {
  const document = documentOf(text);
  const entries = entriesOf(document, [section]);
  const entry = entries.find((one) => one.key === key);
  if (entry === undefined) return text;
  const start = startOfLine(text, entry.start);
  const own = nextLine(text, Math.max(entry.start, endOf(text, entry.node)));
  const inner = new RegExp(`^(?: {${columnOf(text, entry.start) + 1},}#.*\n?)+`);
  const end = own + (inner.exec(text.slice(own))?.[0].length ?? 0);
  const rest = text.slice(0, start) + text.slice(end);
  if (entries.length > 1) return rest;
  const empty = isSeq(document.get(section, true)) ? '[]' : '{}';
  return rest.replace(
    new RegExp(`^(${section}:)[ \\t]*(#.*)?$`, 'm'),
    (_, name: string, comment?: string) =>
      [name, empty, ...(comment === undefined ? [] : [comment])].join(' '),
  );
}

/** Writes a section, in place of one that is there; `value` is what the lines say, for a file in flow style. */
export function replaceSection(
  text: string,
  section: string,
  { value, lines }: { readonly value: YamlValue; readonly lines: readonly string[] },
): string {
  const document = documentOf(text);
  if (isMap(document.contents) && document.contents.flow === true) {
    document.set(section, value);
    return document.toString({ lineWidth: 0 });
  }
  const written = `${lines.join('\n')}\n`;
  const start = startOf(document, section);
  if (start === undefined) return `${withNewline(text)}${written}`;
  return text.slice(0, start) + written + text.slice(endOfSection(text, document, section));
}

/** The text without what is at these paths, of which no two are in one list; untouched when nothing is. */
export function removePaths(text: string, paths: readonly YamlPath[]): string {
  return paths.reduce((current, at) => {
    const document = documentOf(current);
    if (!document.hasIn(at)) return current;
    const edited = removeAt(current, document, { at, emptied: 'keep' });
    if (edited !== undefined) return edited;
    document.deleteIn(at);
    return document.toString({ lineWidth: 0 });
  }, text);
}

function startOf(document: Document, section: string): number | undefined {
  const { contents } = document;
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === section);
  return (pair as Pair<Node> | undefined)?.key.range?.[0];
}

/** Behind the last line of a section's entries; comments that follow belong to what comes next. */
function endOfSection(text: string, document: Document, section: string): number {
  const node = document.get(section, true) as Node | undefined | null;
  const end = node?.range?.[1];
  if (end === undefined || (isScalar(node) && node.value === null))
    return nextLine(text, startOf(document, section) ?? text.length);
  return nextLine(text, text.slice(0, end).trimEnd().length);
}

/** The start of a line, or of the comments directly above it. */
function aboveComments(text: string, offset: number): number {
  const line = startOfLine(text, offset);
  const above = /(?:^[ \t]*#.*\n)+$/m.exec(text.slice(0, line))?.[0] ?? '';
  return line - above.length;
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

function nextLine(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}

/** Column of an entry's line, a list's dash included. */
function columnOf(text: string, offset: number): number {
  return /^ */.exec(text.slice(startOfLine(text, offset)))?.[0].length ?? 0;
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}
