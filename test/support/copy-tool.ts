import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SOURCES = ['package.json', 'src', 'scripts', 'schemas', 'templates', 'capabilities'];
const FACTS = ['LICENSE', 'tsconfig.json', 'eslint-mesh-words.mjs', 'vitest.config.ts'];

/**
 * A copy of this repository's sources, to which a test adds the files of a recipe. Its packages are ours.
 *
 * @param further paths that the test needs beside the sources
 */
export function copyTool(further: readonly string[] = []): string {
  const root = mkdtempSync(join(tmpdir(), 'tool-'));
  for (const path of [...SOURCES, ...FACTS, ...further]) {
    cpSync(path, join(root, path), { recursive: true });
  }
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  return root;
}
