import { isMap, isScalar, isSeq, parseDocument, type Document, type Node, type Pair } from 'yaml';

import { removeAt, type YamlPath } from '../manifests/edit-yaml.js';
import type { Catalog } from '../model/catalog.js';
import { composeUpstream, writeCapability } from './compose-request.js';
import type { Assignment } from './parse-assignment.js';
import { helpers } from './quoting.js';

/**
 * Changes of scaffold.yaml as a person would make them: whole lines come and go, every other byte stays.
 * A section in flow style (`{ a: {} }`) is rewritten as a block first.
 */

/** Adds capabilities, each in its place by order, with the placeholders that somebody must fill. */
export function addCapabilities(
  text: string,
  ids: readonly string[],
  {
    assignments,
    catalog,
  }: { readonly assignments: readonly Assignment[]; readonly catalog: Catalog },
): string {
  const orderOf = (id: string): number =>
    catalog.capabilities.find((manifest) => manifest.id === id)?.order ?? Number.MAX_SAFE_INTEGER;
  return ids.reduce((current, id) => {
    const manifest = catalog.capabilities.find((candidate) => candidate.id === id);
    if (manifest === undefined) throw new Error(`no capability ${id}`);
    const block = asBlock(current, 'capabilities', 'upstreams');
    const next = keysOf(block, 'capabilities').find((other) => orderOf(other) > orderOf(id));
    return insert(block, {
      section: 'capabilities',
      before: next,
      lines: writeCapability(manifest, assignments),
    });
  }, text);
}

/** Removes capabilities and what overrides them for upstreams and environments. */
export function removeCapabilities(text: string, ids: readonly string[], catalog: Catalog): string {
  return ids.reduce((current, id) => {
    const key = catalog.capabilities.find((manifest) => manifest.id === id)?.upstreamKey;
    const without = removeKey(asBlock(current, 'capabilities', 'upstreams'), 'capabilities', id);
    return removeOverrides(without, id, key);
  }, text);
}

/** Adds an upstream behind those that are there. */
export function addUpstream(
  text: string,
  upstream: { readonly name: string; readonly url: string },
): string {
  const block = asBlock(text, 'upstreams', 'environments');
  return insert(block, {
    section: 'upstreams',
    before: undefined,
    lines: composeUpstream(upstream),
  });
}

/** Removes an upstream, also from environments. */
export function removeUpstream(text: string, name: string): string {
  return removeEnvironmentUpstream(
    removeKey(asBlock(text, 'upstreams', 'environments'), 'upstreams', name),
    name,
  );
}

/** Writes `tool.source`, in place of one that is there. */
export function setToolSource(text: string, source: Readonly<Record<string, string>>): string {
  const document = parseDocument(text);
  if (isMap(document.contents) && document.contents.flow === true) {
    document.set('tool', { source });
    return document.toString({ lineWidth: 0 });
  }
  const lines = [
    'tool:',
    '  source:',
    ...Object.entries(source).map(([key, value]) => `    ${key}: ${helpers.yaml(value)}`),
    '',
  ].join('\n');
  const start = pairOf(document, 'tool')?.start;
  if (start === undefined) return `${withNewline(text)}${lines}`;
  return text.slice(0, start) + lines + text.slice(endOfSection(text, document, 'tool'));
}

/** The keys of a section that is a map, or the names of one that is a list. */
function keysOf(text: string, section: string): string[] {
  return entriesOf(parseDocument(text), section).map(({ key }) => key);
}

type Entry = { readonly key: string; readonly start: number };

function entriesOf(document: Document, section: string): Entry[] {
  const node = document.get(section, true) as Node | undefined;
  if (isMap(node)) {
    return node.items.flatMap((pair) =>
      isScalar(pair.key) ? [{ key: String(pair.key.value), start: pair.key.range?.[0] ?? 0 }] : [],
    );
  }
  if (!isSeq(node)) return [];
  return node.items.flatMap((item) =>
    isMap(item) ? [{ key: String(item.get('name')), start: item.range?.[0] ?? 0 }] : [],
  );
}

/** The text with a section that exists and stands in block style; `before` names the section that follows it. */
function asBlock(text: string, section: string, before: string): string {
  const document = parseDocument(text);
  const node = document.get(section, true) as
    (Node & { flow?: boolean; items?: unknown[] }) | undefined | null;
  if (node === undefined) {
    const at = pairOf(document, before)?.start ?? text.length;
    return `${withNewline(text.slice(0, at))}${section}:\n${text.slice(at)}`;
  }
  if (node === null || !('items' in node) || node.flow !== true) return text;
  const [start, end] = [node.range?.[0] ?? 0, node.range?.[1] ?? 0];
  if (node.items.length === 0) return text.slice(0, start).trimEnd() + text.slice(end);
  node.flow = false;
  return document.toString({ lineWidth: 0 });
}

function pairOf(document: Document, key: string): { readonly start: number } | undefined {
  const { contents } = document;
  if (!isMap(contents)) return undefined;
  const pair = contents.items.find((item) => isScalar(item.key) && item.key.value === key);
  const start = (pair as Pair<Node> | undefined)?.key.range?.[0];
  return start === undefined ? undefined : { start };
}

type Insertion = {
  readonly section: string;
  /** Key of the entry to stand before; behind the last one when absent. */
  readonly before: string | undefined;
  /** Indented by two columns. */
  readonly lines: readonly string[];
};

function insert(text: string, { section, before, lines }: Insertion): string {
  const document = parseDocument(text);
  const entries = entriesOf(document, section);
  const next = entries.find(({ key }) => key === before);
  const first = entries[0];
  const indent = first === undefined ? 2 : columnOf(text, first.start);
  const shifted = lines.map((line) => ' '.repeat(indent) + line.slice(2)).join('\n');
  const at =
    next === undefined ? endOfSection(text, document, section) : startOfLine(text, next.start);
  return `${withNewline(text.slice(0, at))}${shifted}\n${text.slice(at)}`;
}

/** Removes the lines of one entry; a section that becomes empty says so. */
function removeKey(text: string, section: string, key: string): string {
  const document = parseDocument(text);
  const entries = entriesOf(document, section);
  const index = entries.findIndex((entry) => entry.key === key);
  const entry = entries[index];
  if (entry === undefined) return text;
  const next = entries[index + 1];
  const start = startOfLine(text, entry.start);
  const end =
    next === undefined ? endOfSection(text, document, section) : startOfLine(text, next.start);
  const rest = text.slice(0, start) + text.slice(end);
  if (entries.length > 1) return rest;
  const empty = section === 'upstreams' ? '[]' : '{}';
  return rest.replace(
    new RegExp(`^(${section}:)[ \\t]*(#.*)?$`, 'm'),
    (_, name: string, comment?: string) =>
      [name, empty, ...(comment === undefined ? [] : [comment])].join(' '),
  );
}

/** Behind the last line of a section's entries; comments that follow belong to what comes next. */
function endOfSection(text: string, document: Document, section: string): number {
  const node = document.get(section, true) as Node | undefined | null;
  const end = node?.range?.[1];
  if (end === undefined || (isScalar(node) && node.value === null)) {
    const start = pairOf(document, section)?.start ?? text.length;
    const newline = text.indexOf('\n', start);
    return newline === -1 ? text.length : newline + 1;
  }
  const trimmed = text.slice(0, end).trimEnd().length;
  const newline = text.indexOf('\n', trimmed);
  return newline === -1 ? text.length : newline + 1;
}

function startOfLine(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** Column of an entry's line, a list's dash included. */
function columnOf(text: string, offset: number): number {
  return /^ */.exec(text.slice(startOfLine(text, offset)))?.[0].length ?? 0;
}

function withNewline(text: string): string {
  return text === '' || text.endsWith('\n') ? text : `${text}\n`;
}

function removeOverrides(text: string, id: string, upstreamKey: string | undefined): string {
  const document = parseDocument(text);
  const overridesIn = (section: readonly string[]): YamlPath[] =>
    upstreamKey === undefined
      ? []
      : itemsOf(document, section).map((_, index) => [...section, index, upstreamKey]);
  const paths = environmentsOf(document).flatMap((name) => [
    ['environments', name, 'capabilities', id],
    ...overridesIn(['environments', name, 'upstreams']),
  ]);
  return deletePaths(text, [...paths, ...overridesIn(['upstreams'])]);
}

function removeEnvironmentUpstream(text: string, name: string): string {
  const document = parseDocument(text);
  const paths = environmentsOf(document).flatMap((environment) => {
    const path = ['environments', environment, 'upstreams'];
    const index = itemsOf(document, path).findIndex(
      (item) => isMap(item) && item.get('name') === name,
    );
    return index === -1 ? [] : [[...path, index]];
  });
  return deletePaths(text, paths);
}

/** The text without what is at these paths, of which no two are in one list; untouched when nothing is. */
function deletePaths(text: string, paths: readonly YamlPath[]): string {
  return paths.reduce((current, at) => {
    const document = parseDocument(current);
    if (!document.hasIn(at)) return current;
    const edited = removeAt(current, document, { at, emptied: 'keep' });
    if (edited !== undefined) return edited;
    document.deleteIn(at);
    return document.toString({ lineWidth: 0 });
  }, text);
}

function environmentsOf(document: Document): string[] {
  const node = document.get('environments', true) as Node | undefined;
  return isMap(node) ? node.items.map((pair) => String(pair.key)) : [];
}

function itemsOf(document: Document, path: readonly (string | number)[]): readonly unknown[] {
  const node = document.hasIn(path) ? (document.getIn(path, true) as Node) : undefined;
  return isSeq(node) ? node.items : [];
}
