import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

import { composeRequest } from '../../src/stages/compose-request.js';
import { parseAssignment, type Assignment } from '../../src/stages/parse-assignment.js';
import { hostileTexts } from '../support/hostile.js';
import { smallCatalog } from '../support/small-catalog.js';

const catalog = smallCatalog();

function compose(assignments: readonly Assignment[], capabilities = ['lock', 'echo']) {
  const choices = { name: 'orders', language: 'toy', module: 'example.com/orders', upstreams: [] };
  return composeRequest({ ...choices, capabilities, assignments }, catalog);
}

test('does not depend on the order of capabilities', () => {
  expect(compose([], ['lock', 'echo'])).toBe(compose([], ['echo', 'lock']));
});

test.each(hostileTexts)('a value comes back as it was: %j', (value) => {
  const text = compose([{ section: 'lock', path: ['audiences'], value: [value, { key: value }] }]);
  expect(parse(text)).toMatchObject({
    capabilities: { lock: { audiences: [value, { key: value }] } },
  });
});

test('any JSON value comes back as it was', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 2 }), (value) => {
      const json = JSON.parse(JSON.stringify(value)) as Assignment['value'];
      fc.pre(!hasOddKeys(json));
      const text = compose([{ section: 'lock', path: ['audiences'], value: json }]);
      const parsed = parse(text) as { capabilities: { lock: { audiences: unknown } } };
      expect(parsed.capabilities.lock.audiences).toEqual(json);
    }),
  );
});

/** Keys come from manifests: camelCase words. */
function hasOddKeys(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, item]) => (!Array.isArray(value) && !/^[a-z]\w*$/.test(key)) || hasOddKeys(item),
  );
}

test('a later value for one key stands', () => {
  const assignments = ['echo.times=3', 'echo.shape.curve=steep', 'echo.times=4'].map((text) =>
    parseAssignment(text, catalog),
  );
  expect(parse(compose(assignments))).toMatchObject({
    capabilities: { echo: { times: 4, shape: { curve: 'steep' } } },
  });
});

test.each([
  ['lock.audiences=a,b', ['a', 'b']],
  ['lock.audiences=[a, "b c"]', ['a', 'b c']],
  ['lock.strict=false', false],
  ['echo.pause=1m30s', '1m30s'],
  ['lock.issuer=https://id.example.com/x=y', 'https://id.example.com/x=y'],
])('%s is read by the type of the setting', (text, value) => {
  expect(parseAssignment(text, catalog).value).toEqual(value);
});
