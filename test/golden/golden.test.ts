import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import type { Tree } from '../../src/model/tree.js';
import { composeTree } from '../../src/stages/compose-service.js';
import { writeTree } from '../support/write-tree.js';

/**
 * One folder a case: scaffold.yaml and the tree that it gives. `UPDATE=1` writes the trees anew; the diff is
 * what users will read. Where only.txt names paths, only what is below them is kept.
 */
const catalog = readCatalog(process.cwd());
const cases = readdirSync(import.meta.dirname).filter((name) =>
  existsSync(join(import.meta.dirname, name, 'scaffold.yaml')),
);

/** The package's version stands in every tree's workflow; a release is no change of the templates. */
const VERSION = new RegExp(catalog.version.replaceAll('.', '\\.'), 'g');

function readGolden(folder: string): Map<string, string> {
  if (!existsSync(folder)) return new Map();
  return new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => statSync(join(folder, path)).isFile())
      .sort()
      .map((path) => [path, readFileSync(join(folder, path), 'utf8')]),
  );
}

function below(name: string): readonly string[] {
  const list = join(import.meta.dirname, name, 'only.txt');
  return existsSync(list) ? readFileSync(list, 'utf8').trim().split('\n') : [''];
}

function kept(tree: Tree, paths: readonly string[]): Tree {
  return new Map(
    [...tree]
      .filter(([path]) => path !== 'scaffold.yaml' && paths.some((each) => path.startsWith(each)))
      .map(([path, file]) => {
        const isVersioned = path.startsWith('.github/');
        return [path, isVersioned ? { ...file, text: file.text.replace(VERSION, '0.0.0') } : file];
      }),
  );
}

test.each(cases)('%s', (name) => {
  const folder = join(import.meta.dirname, name, 'tree');
  const request = readFileSync(join(import.meta.dirname, name, 'scaffold.yaml'), 'utf8');
  const tree = kept(composeTree(request, catalog).tree, below(name));
  if (process.env['UPDATE'] === '1') {
    rmSync(folder, { recursive: true, force: true });
    writeTree(folder, tree);
  }
  const golden = readGolden(folder);
  expect([...golden.keys()].sort()).toEqual([...tree.keys()].sort());
  for (const [path, { text }] of tree) expect(golden.get(path), path).toBe(text);
});
