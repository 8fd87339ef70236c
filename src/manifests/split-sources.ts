import { splitDocuments } from './split-documents.js';

const SOURCE = /^# Source: *(\S.*?) *$/m;

/**
 * What `helm template` prints, by the template that each document comes from, so that findings name it. Lines count
 * from the first one of its first document.
 *
 * @param name of what no source is said
 */
export function splitSources(text: string, name: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  if (!text.includes('# Source:')) return new Map([[name, text]]);
  for (const part of splitDocuments(text)) {
    const head = /^(?:---.*\n|\s*#.*\n|\s*\n)*/.exec(part.text)?.[0] ?? '';
    const told = SOURCE.exec(head);
    const source = told?.[1] ?? name;
    // The first line is that of the template, where nothing above it was left out.
    const own = told === null ? part.text : part.text.slice(told.index + told[0].length + 1);
    const before = files.get(source);
    files.set(source, before === undefined ? own : `${before}${part.text}`);
  }
  return files;
}
