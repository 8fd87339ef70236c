import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { runSteps } from '../../src/verify/schedule.js';
import { ownTestSteps } from '../../src/verify/own-tests.js';
import { writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold own '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Runs the steps with package managers that note how they were called; `path` holds no others. */
async function verify(
  files: Readonly<Record<string, string>>,
  managers: readonly string[] = ['npm', 'pnpm', 'yarn', 'bun'],
): Promise<{ steps: Record<string, string>; calls: string[] }> {
  const bins = managers.map((name) => [`bin/${name}`, `#!/bin/sh\necho "${name} $*" >> calls\n`]);
  writeTree(root, { ...files, ...(Object.fromEntries(bins) as Record<string, string>) });
  for (const name of managers) chmodSync(join(root, 'bin', name), 0o755);
  const request = { root, race: false, env: { PATH: join(root, 'bin') }, adopted: true };
  const { steps } = await runSteps(ownTestSteps(request), {
    signal: new AbortController().signal,
    onEvent: () => undefined,
  });
  const calls = existsSync(join(root, 'calls')) ? readFileSync(join(root, 'calls'), 'utf8') : '';
  return {
    steps: Object.fromEntries(
      steps.map(({ name, status, detail }) => [name, `${status} ${detail}`.trim()]),
    ),
    calls: calls.split('\n').filter((line) => line !== ''),
  };
}

const json = (more: object = {}): string =>
  JSON.stringify({ name: 'x', scripts: { test: 'node test.js' }, ...more });
const OWN = '--include=dev --workspaces=false --no-audit --no-fund';

test.each<[string, Record<string, string>, string[]]>([
  [
    'npm with a lock',
    { 'package.json': json(), 'package-lock.json': '{"packages":{"":{},"node_modules/a":{}}}' },
    [`npm ci ${OWN}`, 'npm run test'],
  ],
  [
    'npm without one',
    { 'package.json': json() },
    [`npm install --no-package-lock ${OWN}`, 'npm run test'],
  ],
  [
    'pnpm',
    { 'package.json': json(), 'pnpm-lock.yaml': '' },
    ['pnpm install --frozen-lockfile', 'pnpm run test'],
  ],
  [
    'yarn 1',
    { 'package.json': json(), 'yarn.lock': '' },
    ['yarn install --frozen-lockfile', 'yarn run test'],
  ],
  [
    'yarn 4',
    { 'package.json': json({ packageManager: 'yarn@4.9.1' }), 'yarn.lock': '' },
    ['yarn install --immutable', 'yarn run test'],
  ],
  [
    'bun',
    { 'package.json': json(), 'bun.lock': '' },
    ['bun install --frozen-lockfile', 'bun run test'],
  ],
])('uses %s as the project does', async (_, files, calls) => {
  expect(await verify(files)).toMatchObject({
    calls,
    steps: {
      install: expect.stringMatching(/^passed/) as string,
      'test script': expect.stringMatching(/^passed/) as string,
    },
  });
});

test('says which package manager is missing', async () => {
  const files = { 'package.json': json(), 'pnpm-lock.yaml': '' };
  const { steps, calls } = await verify(files, ['npm']);
  expect(calls).toEqual([]);
  expect(steps['install']).toBe('not-verified pnpm is not on PATH');
  expect(steps['test script']).not.toContain('passed');
});

test('starts nothing without a test script', async () => {
  const { steps, calls } = await verify({ 'package.json': '{ "name": "x" }' });
  expect(calls).toEqual([]);
  expect(steps['install']).toContain('not-verified package.json has no script "test"');
});
