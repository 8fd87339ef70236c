import { expect, test } from 'vitest';

import { smallCatalog } from '../support/small-catalog.js';
import { problemOf, renderText } from '../support/request.js';

/** Such files took minutes when work grew with the square of their size. */
const head = 'version: 1\nservice: { name: orders }\n';
const many = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join('');

test.each([
  ['unknown keys', many(20_000, (index) => `k${index}: 1\n`), 'and 19990 more'],
  [
    'upstreams',
    `upstreams:\n${many(5_000, (i) => `- { name: u${i}, url: "http://u${i}.a:80" }\n`)}`,
    'scaffold.yaml:3:1: upstreams must hold at most 500 upstreams.',
  ],
  [
    'environments',
    `environments:\n${many(8_000, (index) => `  e${index}: {}\n`)}`,
    'scaffold.yaml:3:1: environments must hold at most 100 environments.',
  ],
  [
    'settings of one capability',
    `capabilities:\n  echo:\n${many(12_000, (index) => `    k${index}: 1\n`)}`,
    'and 11990 more',
  ],
])('a declaration with very many %s is refused', (_, text, message) => {
  const problem = problemOf(() => renderText(head + text, smallCatalog()));
  expect(problem.exitCode).toBe(2);
  expect(problem.message).toContain(message);
});

test('a key that stands twice is found among many', () => {
  const text = `${head}${many(20_000, (index) => `k${index}: 1\n`)}k7: 2\n`;
  const problem = problemOf(() => renderText(text, smallCatalog()));
  expect(problem.message).toBe('scaffold.yaml:20003:1: Map keys must be unique.');
});
