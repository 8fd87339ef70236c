import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { readCatalog } from '../src/io/catalog.js';
import { documentChanges } from './docs/changes.js';
import { documentCommands } from './docs/commands.js';
import { documentErrorCodes, documentExitCodes } from './docs/errors.js';
import { documentMeshes } from './docs/meshes.js';
import { documentCapabilities, documentSettings } from './docs/settings.js';

/** Everything in the documents that is made from code: path to text. A test compares it with the files. */
export function generateDocs(root: string): ReadonlyMap<string, string> {
  const catalog = readCatalog(root);
  const docs = new Map([
    ['docs/meshes.md', documentMeshes()],
    ['docs/reference/commands.md', documentCommands()],
    ['docs/reference/settings.md', documentSettings(catalog)],
    ['docs/reference/template-changes.md', documentChanges(catalog)],
    ['docs/reference/exit-codes.md', documentExitCodes()],
    ['docs/reference/error-codes.md', documentErrorCodes(root)],
  ]);
  const readme = join(root, 'README.md');
  if (existsSync(readme)) {
    const text = readFileSync(readme, 'utf8');
    docs.set('README.md', replaceRegion(text, 'capabilities', documentCapabilities(catalog)));
  }
  return docs;
}

/** Fills what stands between `<!-- NAME:begin -->` and `<!-- NAME:end -->`. */
export function replaceRegion(text: string, name: string, content: string): string {
  const [begin, end] = [`<!-- ${name}:begin -->`, `<!-- ${name}:end -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`no ${begin} … ${end} in the text`);
  return `${text.slice(0, from + begin.length)}\n${content}\n${text.slice(to)}`;
}

export function main(): void {
  const root = process.cwd();
  for (const [path, text] of generateDocs(root)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(path);
  }
}
