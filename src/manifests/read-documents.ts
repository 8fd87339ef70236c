import { LineCounter, parseAllDocuments } from 'yaml';

import { convertDocument } from './convert-document.js';
import type { ManifestFile } from './manifest-file.js';
import { readPlainYaml } from './plain-yaml.js';
import { repeatedKeys } from './repeated-keys.js';
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
  readonly problems: readonly DocumentProblem[];
};

/**
 * Reads the objects of a YAML file as kubectl does, those of a List one by one. A broken document is a problem;
 * the others are still read.
 */
export function readDocuments(file: ManifestFile): ReadDocuments {
  const { documents, problems } = readWhole(file);
  return { documents: documents.flatMap(unwrapList), problems };
}

/** Like {@link readDocuments}, with a List as it is in the file. */
export function readWhole(file: ManifestFile): ReadDocuments {
  const plain = readPlainYaml(file.path, file.text);
  return plain === undefined ? readAnyDocuments(file) : { documents: plain, problems: [] };
}

/** Like {@link readWhole}, without the quick way for plain files. */
export function readAnyDocuments({ path, text }: ManifestFile): ReadDocuments {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false });
  const linePos = (offset: number) => lines.linePos(offset);
  const spotAt = (offset: number): Spot => ({ file: path, offset, linePos });
  const documents: Node[] = [];
  const problems: DocumentProblem[] = [];
  for (const document of Array.isArray(parsed) ? parsed : []) {
    const errors = [...document.errors, ...repeatedKeys(document)];
    const faults = errors.map(({ pos, message }) => ({ at: pos[0], message: firstLine(message) }));
    if (faults.length === 0 && document.contents !== null) {
      const { node, fault } = convertDocument(document, spotAt);
      if (fault !== undefined) faults.push(fault);
      else if (node !== undefined) documents.push(node);
    }
    for (const { at, message } of faults) {
      const { line, col } = lines.linePos(at);
      problems.push({ file: path, line, column: col, message });
    }
  }
  return { documents, problems };
}

/** The library's messages end with a place and an excerpt. */
function firstLine(message: string): string {
  const first = (message.split('\n')[0] ?? '').replace(/ at line \d+.*$/, '').replace(/:$/, '');
  return `${first}.`.replace(/\.\.$/, '.');
}

/** `kubectl get -o yaml` wraps objects into a List. */
function unwrapList(node: Node): readonly Node[] {
  const kind = node.kind === 'map' ? node.entries.get('kind') : undefined;
  const items = node.kind === 'map' ? node.entries.get('items') : undefined;
  const isList = kind?.kind === 'scalar' && String(kind.value).endsWith('List');
  return isList && items?.kind === 'list' ? items.items : [node];
}
