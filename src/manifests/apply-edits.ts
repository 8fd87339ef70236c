import { parseAllDocuments, type Document } from 'yaml';

import type { Edit } from '../model/finding.js';
import { removeAt, setAt } from './edit-yaml.js';
import type { Files } from './kustomize.js';

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
  const edited =
    value === undefined
      ? removeAt(text, document, { at, emptied: 'drop' })
      : setAt(text, document, { at, value });
  if (edited === undefined) return undefined;
  // A file that could be read must stay readable.
  const again = parseAllDocuments(edited);
  return Array.isArray(again) && again.every(({ errors }) => errors.length === 0)
    ? edited
    : undefined;
}
