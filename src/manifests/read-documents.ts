import { LineCounter, parseAllDocuments } from 'yaml';

import { convertDocument } from './convert-document.js';
import { describeContent, recognizeContent, type Content } from './describe-content.js';
import type { ManifestFile } from './manifest-file.js';
import { maskVariables } from './mask-variables.js';
import { readPlainYaml } from './plain-yaml.js';
import { looksLikeJson, readJson } from './read-json.js';
import { relaxLayout } from './relax-layout.js';
import { splitDocuments, type Part } from './split-documents.js';
import type { Node, Spot } from './yaml-node.js';

/** What makes a file unreadable, at its place. */
export type DocumentProblem = {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
};

export type ReadDocuments = {
  readonly documents: readonly Node[];
  /** At most one: of a file that is broken in one place the rest of the places says nothing more. */
  readonly problems: readonly DocumentProblem[];
};

/**
 * Reads the objects of a YAML or JSON file as kubectl does, those of a List one by one. A broken document is a
 * problem; the others are still read. Definitions of custom resources, which are large, are left out.
 */
export function readDocuments(file: ManifestFile): ReadDocuments {
  const { documents, problems } = readParts(file, { leaveOut: isDefinition });
  const objects = documents.flatMap(unwrapList);
  const [problem] = problems;
  if (problem !== undefined) {
    const content = objects.some(isObject) ? undefined : recognizeContent(file.text);
    const message = content === undefined ? problem.message : notManifest(content);
    return { documents: objects, problems: [{ ...problem, message }] };
  }
  const word = objects.find((node) => node.kind === 'scalar' && node.value !== null);
  if (word === undefined) return { documents: objects, problems };
  const { line, col } = word.spot.linePos(word.spot.offset);
  const message = notManifest(describeContent(file.text));
  return { documents: objects, problems: [{ file: file.path, line, column: col, message }] };
}

function notManifest({ what, hint }: Content): string {
  return `This is ${what}, not a manifest.${hint === '' ? '' : ` ${hint}`}`;
}

/** Like {@link readDocuments}, with a List as it is in the file, and with definitions. */
export function readWhole(file: ManifestFile): ReadDocuments {
  return readParts(file, {});
}

/** Like {@link readWhole}, without the quick way for plain files. */
export function readAnyDocuments(file: ManifestFile): ReadDocuments {
  return readParts(file, { isThorough: true });
}

/** JSON above this size that cannot be read is not read again as YAML in its notation. */
const MAX_FLOW_LENGTH = 4 * 1_048_576;

type Options = {
  /** True for a part that is not read at all. */
  readonly leaveOut?: (text: string) => boolean;
  readonly isThorough?: boolean;
};

/** A kustomization is looked at by all that follows what it names, a new manifest before and after it is laid out. */
const recent = new Map<string, { readonly text: string; readonly read: ReadDocuments }>();
const MAX_RECENT_FILES = 64;
const MAX_RECENT_LENGTH = 16_384;

/** Reads a small file once, however many ask for it in a row: what it holds does not change. */
function readParts(file: ManifestFile, options: Options): ReadDocuments {
  const { path, text } = file;
  const isKept = text.length <= MAX_RECENT_LENGTH && !text.includes('CustomResourceDefinition');
  if (options.isThorough === true || !isKept) return parseParts(file, options);
  const known = recent.get(path);
  if (known?.text === text) return known.read;
  const read = parseParts(file, options);
  recent.delete(path);
  for (const [oldest] of recent) {
    if (recent.size < MAX_RECENT_FILES) break;
    recent.delete(oldest);
  }
  recent.set(path, { text, read });
  return read;
}

function parseParts({ path, text: given }: ManifestFile, options: Options): ReadDocuments {
  const text = withPlainEnds(given);
  const lines = lazyLines(text);
  const spotAt = (offset: number): Spot => ({ file: path, offset, linePos: lines });
  if (looksLikeJson(text)) {
    const { documents, fault } = readJson(text, spotAt);
    if (fault === undefined) return { documents, problems: [] };
    if (text.length > MAX_FLOW_LENGTH) {
      const { line, col } = lines(fault.at);
      return { documents, problems: [{ file: path, line, column: col, message: fault.message }] };
    }
  }
  const documents: Node[] = [];
  const faults: Fault[] = [];
  for (const part of splitDocuments(text)) {
    if (options.leaveOut?.(part.text) === true) continue;
    const plain = options.isThorough === true ? undefined : readPlainYaml(path, part.text, part);
    if (plain !== undefined) {
      documents.push(...plain);
      continue;
    }
    const read = readPart(part, spotAt);
    documents.push(...read.documents);
    faults.push(...read.faults);
  }
  const problems = tellOnce(faults).map(({ at, message }) => {
    const { line, col } = lines(at);
    return { file: path, line, column: col, message };
  });
  return { documents, problems };
}

type Fault = { readonly at: number; readonly message: string };

/** The first place, and how many more there are. */
function tellOnce([first, ...more]: readonly Fault[]): readonly Fault[] {
  if (first === undefined) return [];
  if (more.length === 0) return [first];
  return [{ ...first, message: `${first.message.replace(/\.$/, '')} (and ${more.length} more).` }];
}

/** Without the marks that files begin with which were put together, and with line ends that all readers know. */
function withPlainEnds(text: string): string {
  const unmarked = text.includes('\ufeff') ? text.replaceAll(/^\ufeff/gm, '') : text;
  return unmarked.includes('\r') ? unmarked.replaceAll(/\r(?!\n)/g, '\n') : unmarked;
}

/** The lines of a file, counted when somebody asks. */
function lazyLines(text: string): Spot['linePos'] {
  let counter: LineCounter | undefined;
  return (offset) => {
    if (counter === undefined) {
      counter = new LineCounter();
      counter.addNewLine(0);
      for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
        counter.addNewLine(at + 1);
    }
    return counter.linePos(offset);
  };
}

/** Reads a part of a file with the reader of all of YAML. */
function readPart(
  { text, offset }: Part,
  spotAt: (offset: number) => Spot,
): { readonly documents: readonly Node[]; readonly faults: readonly Fault[] } {
  const masked = maskVariables(text) ?? text;
  const at = (inner: number): Spot => spotAt(offset + inner);
  const strict = readYaml(masked, at);
  const relaxed = strict.faults.length === 0 ? masked : relaxLayout(masked);
  const { documents, faults } = relaxed === masked ? strict : readYaml(relaxed, at);
  if (faults.length === 0) return { documents, faults };
  const template = text.indexOf('{{');
  const told = template === -1 ? strict.faults : [{ at: template, message: TEMPLATE }];
  return {
    documents: strict.documents,
    faults: told.map((fault) => ({ ...fault, at: fault.at + offset })),
  };
}

function readYaml(
  text: string,
  spotAt: (offset: number) => Spot,
): { readonly documents: readonly Node[]; readonly faults: readonly Fault[] } {
  const parsed = parseAllDocuments(text, { uniqueKeys: false });
  const documents: Node[] = [];
  const faults: Fault[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const errors = document.errors.map(({ pos, message }) => ({
      at: pos[0],
      message: firstLine(message),
    }));
    if (errors.length === 0 && document.contents !== null) {
      const { node, fault } = convertDocument(document, spotAt);
      if (fault !== undefined) errors.push(fault);
      else if (node !== undefined) documents.push(node);
    }
    faults.push(...errors);
  }
  return { documents, faults };
}

const TEMPLATE = 'A Go template ({{ … }}) is not YAML until it is rendered.';

/** A document of the file that defines a custom resource. */
function isDefinition(text: string): boolean {
  return /^kind:[ \t]*["']?CustomResourceDefinition["']?[ \t]*(?:#.*)?\r?$/m.test(text);
}

/** The library's messages end with a place and an excerpt. */
function firstLine(message: string): string {
  const first = (message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '').replace(/:$/, '');
  return `${first}.`.replace(/\.\.$/, '.');
}

/** `kubectl get -o yaml` wraps objects into a List; a list in JSON may hold them too. */
function unwrapList(node: Node): readonly Node[] {
  if (node.kind === 'list')
    return node.items.length > 0 && node.items.every(isObject)
      ? node.items.flatMap(unwrapList)
      : [node];
  const kind = textOf(node, 'kind');
  if (kind === 'CustomResourceDefinition') return [];
  const items = node.kind === 'map' ? node.entries.get('items') : undefined;
  return kind?.endsWith('List') === true && items?.kind === 'list'
    ? items.items.flatMap((item) => unwrapList(asListed(item)))
    : [node];
}

function asListed(item: Node): Node {
  return item.kind === 'map' ? { ...item, isListed: true } : item;
}

function isObject(node: Node): boolean {
  return textOf(node, 'apiVersion') !== undefined && textOf(node, 'kind') !== undefined;
}

function textOf(node: Node, key: string): string | undefined {
  const value = node.kind === 'map' ? node.entries.get(key) : undefined;
  return value?.kind === 'scalar' && typeof value.value === 'string' ? value.value : undefined;
}
