import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { beforeAll, expect, test } from 'vitest';

import { cli, execute } from '../support/cli.js';

/** The npm package `node` carries the binary; kept between runs. */
const folder = fileURLToPath(new URL('../../node_modules/.cache/node-24', import.meta.url));
const node = join(folder, 'node_modules', '.bin', 'node');

beforeAll(async () => {
  if (existsSync(node)) return;
  mkdirSync(folder, { recursive: true });
  const args = ['install', '--no-audit', '--no-fund', '--prefix', folder, 'node@24'];
  const { exitCode, stderr } = await execute('npm', args, { cwd: folder });
  expect(exitCode, stderr).toBe(0);
});

test('it is Node 24', async () => {
  const { stdout } = await execute(node, ['--version'], { cwd: folder });
  expect(stdout).toMatch(/^v24\./);
});

test('the built command makes the same bytes as on this Node, and finds the manifests valid', async () => {
  const args = ['new', 'service', 'orders', '--language', 'go', '--all', '--yes', '--no-verify'];
  const [here, there] = await Promise.all(
    [process.execPath, node].map(async (binary) => {
      const cwd = mkdtempSync(join(tmpdir(), 'node-'));
      const { exitCode, stderr } = await execute(binary, [cli, ...args], { cwd });
      expect(exitCode, stderr).toBe(0);
      return join(cwd, 'orders');
    }),
  );
  expect(readLock(there ?? '')).toBe(readLock(here ?? ''));
  expect(readdirSync(there ?? '')).toEqual(readdirSync(here ?? ''));
  const env = { PATH: '/nowhere' };
  const verified = await execute(node, [cli, 'verify', '--json'], { cwd: there ?? '', env });
  const { verification } = JSON.parse(verified.stdout) as {
    verification: { steps: { name: string; status: string }[] };
  };
  expect(verification.steps).toContainEqual(
    expect.objectContaining({ name: 'manifests', status: 'passed' }),
  );
});

test('every command that only reads answers', async () => {
  for (const args of [
    ['list'],
    ['info', 'retry'],
    ['schema'],
    ['--help'],
    ['completion', 'fish'],
  ]) {
    const { exitCode, stderr } = await execute(node, [cli, ...args], { cwd: folder });
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toBe('');
  }
});

/** It holds the id of every file. */
function readLock(root: string): string {
  return readFileSync(join(root, '.scaffold/lock.json'), 'utf8');
}
