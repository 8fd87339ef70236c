import { expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { allCombinations, pairsOf, pairwise } from '../support/combinations.js';

/** The matrix with toolchains runs pairs; what has none runs every combination. */
test('few combinations hold every pair of choices, and the largest is one of them', () => {
  const all = allCombinations(readCatalog(process.cwd()), 'go');
  const few = pairwise(all);
  expect(new Set(few.flatMap(pairsOf))).toEqual(new Set(all.flatMap(pairsOf)));
  expect(few[0]).toBe(all.at(-1));
  expect(few.length).toBeLessThan(all.length / 5);
});
