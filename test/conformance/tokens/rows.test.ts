import { expect, test } from 'vitest';

import { rows } from './rows.js';

test('the table is as long as it was, and each of its rows is another', () => {
  expect(new Set(rows.map(({ title }) => title)).size).toBe(rows.length);
  expect(rows.length).toBeGreaterThanOrEqual(120);
});

test.each(rows)('$title: Envoy differs for a reason, or not', ({ service, envoy, why }) => {
  expect(why !== undefined).toBe((service === 'passes') !== (envoy === 'passes'));
});
