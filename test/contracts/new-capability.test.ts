import { cpSync, mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { expect, test, vi } from 'vitest';

import { main } from '../../scripts/new-capability.js';
import { readCatalog } from '../../src/io/catalog.js';
import { execute } from '../support/cli.js';

const root = mkdtempSync(join(tmpdir(), 'new-capability-'));
for (const path of ['package.json', 'templates', 'capabilities']) {
  cpSync(path, join(root, path), { recursive: true });
}
for (const path of ['src', 'docs']) symlinkSync(resolve(path), join(root, path));

test('a new capability passes the contract tests', async () => {
  vi.spyOn(console, 'log').mockReturnValue();
  main(['rate-limit'], root);
  expect(readCatalog(root).capabilities.map(({ id }) => id)).toContain('rate-limit');
  const vitest = resolve('node_modules/.bin/vitest');
  const args = [
    'run',
    '--reporter=verbose',
    '--project',
    'contracts',
    'test/contracts/capabilities.test.ts',
  ];
  const env = { CATALOG_ROOT: root, NO_COLOR: '1' };
  const { exitCode, stdout } = await execute(vitest, args, { cwd: process.cwd(), env });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('rate-limit');
}, 300_000);

test.each([[], ['Rate'], ['../x'], ['a b'], ['rate-limit']])('refuses %j', (...words) => {
  expect(() => main(words, root)).toThrow();
});
