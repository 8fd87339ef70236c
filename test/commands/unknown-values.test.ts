import { join, resolve } from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { fakeHost } from '../support/host.js';
import { ruleCatalog } from '../support/rule-catalog.js';

/** Numbers are not computed from a value that is yet to be filled in. */
test.each([
  [
    'explain',
    'placeholder-host',
    /web\.yaml:\d+:\d+: perTryTimeout is no number yet, so that calls to web\.shop/,
  ],
  ['simulate', 'placeholder-host', /perTryTimeout is no number yet/],
])('%s %s', async (command, name, message) => {
  const cwd = resolve(join('test/fixtures/foreign', name));
  const host = fakeHost({ cwd, catalog: ruleCatalog() });
  expect(await run([command, 'web.shop.svc.cluster.local'], host)).toBe(2);
  expect(host.err()).toMatch(message);
  expect(host.out() + host.err()).not.toContain('NaN');
});
