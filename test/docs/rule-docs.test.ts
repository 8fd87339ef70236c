import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { expect, test } from 'vitest';

import { ruleDocs } from '../../scripts/rule-docs.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('docs/rules is what the rules say: node scripts/run.mjs scripts/rule-docs.ts', () => {
  const docs = ruleDocs();
  const names = readdirSync(`${root}/docs/rules`).map((name) => `docs/rules/${name}`);
  expect(names.sort()).toEqual([...docs.keys()].sort());
  for (const [path, text] of docs) expect(readFileSync(`${root}/${path}`, 'utf8'), path).toBe(text);
});
