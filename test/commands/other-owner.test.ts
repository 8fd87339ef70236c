import { join } from 'node:path';

import { expect, test, vi } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';

/** A repository of another user, as a container of CI sees it: git refuses it, and nothing goes on without git. */
const real = readCatalog(process.cwd());
const go = ['--language', 'go', '--module', 'example.com/orders', '--with', 'retry,mesh-ready'];

/** Runs the tool as if the folder belonged to another user. */
async function runAsOther(life: Life, argv: readonly string[]) {
  const env = { PATH: process.env['PATH'] ?? '', GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
  const host = fakeHost({ cwd: life.root, catalog: real, env });
  const exitCode = await run(argv, host);
  return { exitCode, out: host.out(), err: host.err() };
}

test('writing ends with 6 and the command that trusts the folder; reading works', async () => {
  const life = await startLife(real, [
    ...go,
    '--upstream',
    'inventory=http://inventory.shop.svc.cluster.local:8080',
  ]);
  life.write('cmd/orders/main.go', `${life.read('cmd/orders/main.go')}// mine\n`);
  const before = life.snapshot();
  const command = `git config --global --add safe.directory ${life.root}`;
  for (const argv of [
    ['add', 'capability', 'jwt', '--no-verify'],
    ['add', 'capability', 'jwt', '--no-verify', '--allow-dirty'],
    ['update', '--rebuild-lock'],
    ['check', '--since', 'HEAD'],
    ['new', 'service', 'inner', '--yes', '--no-verify', '--language', 'go'],
  ]) {
    const { exitCode, err } = await runAsOther(life, argv);
    expect(exitCode, argv.join(' ')).toBe(6);
    expect(err).toContain(command);
  }
  expect(life.snapshot()).toEqual(before);

  const drift = await runAsOther(life, ['drift', '--strict']);
  expect(drift.exitCode).toBe(1);
  expect(drift.out).toContain('cmd/orders/main.go');
  expect((await runAsOther(life, ['check'])).exitCode).toBe(0);
  expect((await runAsOther(life, ['add', 'capability', 'jwt', '--dry-run'])).exitCode).toBe(0);

  // Nobody but the user decides to trust it.
  vi.stubEnv('GIT_CONFIG_GLOBAL', join(life.root, 'none'));
  expect(life.git('config', '--list')).not.toContain('safe.directory');
});
