import { expect, test } from 'vitest';

import { suggest } from '../../src/model/suggest.js';

const capabilities = ['observability', 'jwt', 'circuit-breaker', 'retry', 'mesh-ready'];

test.each([
  ['retyr', 'retry'],
  ['RETRY', 'retry'],
  ['breaker', 'circuit-breaker'],
  ['circuit', 'circuit-breaker'],
  ['mesh', 'mesh-ready'],
  ['jwt-auth', 'jwt'],
  // Part of more than one, or of nothing that is long enough to mean anything.
  ['r', undefined],
  ['er', undefined],
  ['cache', undefined],
  ['', undefined],
])('%j is taken for %j', (word, meant) => {
  expect(suggest(word, capabilities)).toBe(meant);
});

test('a word that is part of several means none of them', () => {
  expect(suggest('proxy', ['PROXY_HOLD_IGNORED', 'PROXY_RES_PARTIAL'])).toBeUndefined();
});
