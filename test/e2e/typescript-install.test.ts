import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { execute, runCli } from '../support/cli.js';

async function newService(): Promise<string> {
  const cwd = mkdtempSync(join(tmpdir(), 'install-'));
  const words = ['new', 'service', 'shop', '--with', 'retry', '--yes', '--language', 'typescript'];
  const { exitCode, stderr } = await runCli([...words, '--no-verify'], { cwd });
  expect(exitCode, stderr).toBe(0);
  return join(cwd, 'shop');
}

test('npm ci --engine-strict installs a service', async () => {
  const root = await newService();
  const words = ['ci', '--engine-strict', '--dry-run', '--no-audit', '--no-fund'];
  const { exitCode, stderr } = await execute('npm', words, { cwd: root });
  expect(stderr).not.toContain('EBADENGINE');
  expect(exitCode, stderr).toBe(0);
});

test('make installs once, again after a change of the lock, and never after npm install', async () => {
  const root = await newService();
  const bin = join(root, '.bin');
  mkdirSync(bin);
  // What npm does to the two files, in its order; it notes how it was called.
  writeFileSync(
    join(bin, 'npm'),
    '#!/bin/sh\necho "$*" >> calls\n[ "$1" = ci ] && mkdir -p node_modules && touch node_modules/.package-lock.json\nexit 0\n',
  );
  chmodSync(join(bin, 'npm'), 0o755);
  const make = async (): Promise<void> => {
    const env = { PATH: `${bin}:${process.env.PATH ?? ''}` };
    const { exitCode, stderr } = await execute('make', ['build'], { cwd: root, env });
    expect(exitCode, stderr).toBe(0);
  };
  const installs = (): number =>
    readFileSync(join(root, 'calls'), 'utf8').match(/^ci /gm)?.length ?? 0;
  const at = (path: string, seconds: number): void =>
    utimesSync(join(root, path), seconds, seconds);
  await make();
  expect(installs()).toBe(1);
  // After npm install the folder is older than the lock, and the lock older than the hidden one.
  at('node_modules', 1_900_000_000);
  at('package-lock.json', 1_900_000_001);
  at('node_modules/.package-lock.json', 1_900_000_002);
  await make();
  expect(installs()).toBe(1);
  at('package-lock.json', 1_900_000_003);
  await make();
  expect(installs()).toBe(2);
});
