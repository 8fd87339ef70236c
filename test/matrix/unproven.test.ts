import { expect, test } from 'vitest';

import type { Tree } from '../../src/model/tree.js';
import { Unproven } from '../support/unproven.js';

const sources = {
  'tsconfig.json': '{}',
  'src/type.ts': 'export type T = 1;',
  'src/value.ts': "import type { T } from './type.ts';\nexport const value: T = 1;",
  'test/a.test.ts': "import {\n  value,\n} from '../src/value.ts';\nvalue;",
  'test/b.test.ts': "await import('../src/value.ts');",
  'test/apart.test.ts': "import { test } from 'vitest';",
  'test/reads.test.ts': "import { readFileSync } from 'node:fs';",
};

function treeOf(changes: Partial<typeof sources>): Tree {
  return new Map(
    Object.entries({ ...sources, ...changes }).map(([path, text]) => [
      path,
      { text, mode: '644', ownership: 'managed', capabilities: [], was: [] },
    ]),
  );
}

const reading = ['test/reads.test.ts'];
const importing = ['test/a.test.ts', 'test/b.test.ts', ...reading];
const all = ['test/a.test.ts', 'test/b.test.ts', 'test/apart.test.ts', ...reading];

test.each([
  ['nothing', {}, reading, reading],
  ['a value', { 'src/value.ts': 'export const value = 2;' }, importing, importing],
  ['a type', { 'src/type.ts': 'export type T = 2;' }, importing, reading],
  ['the configuration', { 'tsconfig.json': '{ }' }, all, all],
])('unproven when %s changed', (_, changes, types, values) => {
  const unproven = new Unproven();
  const take = (tree: Tree, needs: 'types' | 'values') => unproven.take(tree, /\.test\.ts$/, needs);
  expect([take(treeOf({}), 'types'), take(treeOf({}), 'values')]).toEqual([all, all]);
  expect([take(treeOf(changes), 'types'), take(treeOf(changes), 'values')]).toEqual([
    types,
    values,
  ]);
});
