import type { Files } from './kustomize.js';
import { objectOf, type LocatedObject } from './node.js';
import { readDocuments, type ReadDocuments } from './read-documents.js';

/** The documents of files, each file read once: several units may share it. */
export type DocumentReader = {
  readonly files: Files;
  /** Nothing for a file that is not there. */
  readonly documents: (path: string) => ReadDocuments;
  readonly objects: (path: string) => readonly LocatedObject[];
};

export function readerOf(files: Files): DocumentReader {
  const known = new Map<string, ReadDocuments>();
  const objects = new Map<string, readonly LocatedObject[]>();
  const documents = (path: string): ReadDocuments => {
    const found = known.get(path);
    if (found !== undefined) return found;
    const text = files.get(path);
    const read = text === undefined ? nothing : readDocuments({ path, text });
    known.set(path, read);
    return read;
  };
  return {
    files,
    documents,
    objects: (path) => {
      const found =
        objects.get(path) ?? documents(path).documents.flatMap((node) => objectOf(node) ?? []);
      objects.set(path, found);
      return found;
    },
  };
}

const nothing: ReadDocuments = { documents: [], problems: [] };
