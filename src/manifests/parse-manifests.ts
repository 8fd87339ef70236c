import { quote } from '../model/text.js';
import { keysToldTwice } from './keys-told-twice.js';
import type { ManifestFile, ManifestFinding, ValuePath } from './manifest-file.js';
import { entryOf, placeOf } from './node.js';
import { readWhole } from './read-documents.js';
import { plainOf, type Node } from './yaml-node.js';

/** One YAML document of a file, with the places of its values. */
export type ParsedManifest = {
  readonly path: string;
  readonly root: Node;
  readonly value: unknown;
  /** Place of the value at a path, or of its nearest parent that is there. */
  readonly locate: (at: ValuePath) => { readonly line: number; readonly column: number };
};

type ParsedFile = {
  readonly manifests: readonly ParsedManifest[];
  readonly findings: readonly ManifestFinding[];
};

/**
 * The documents of a file as plain values, empty ones left out. What makes one unreadable is a finding, and so
 * are duplicate keys, of which kubectl would take the last.
 */
export function parseManifests(file: ManifestFile): ParsedFile {
  const { documents, problems } = readWhole(file);
  const manifests = documents.flatMap((root) => {
    const value = plainOf(root);
    const locate = (at: ValuePath) => locateIn(root, at);
    return value === null ? [] : [{ path: file.path, root, value, locate }];
  });
  const unreadable = problems.map(({ file: path, ...problem }) => ({
    path,
    ...problem,
    severity: 'error' as const,
  }));
  const repeated = documents.flatMap(keysToldTwice).map(({ key, spot }) => {
    const { line, column } = placeOf(spot);
    const message = `Map keys must be unique: ${quote(key)} is there twice, and the last one counts.`;
    return { path: file.path, line, column, severity: 'error' as const, message };
  });
  return { manifests, findings: [...unreadable, ...repeated] };
}

function locateIn(root: Node, at: ValuePath): { readonly line: number; readonly column: number } {
  let found = root;
  for (const key of at) {
    const next = entryOf(found, key);
    if (next === undefined) break;
    found = next;
  }
  const { line, column } = placeOf(found.spot);
  return { line, column };
}
