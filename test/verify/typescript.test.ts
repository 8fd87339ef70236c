import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { toolchain } from '../../src/verify/languages/typescript.js';
import { runSteps } from '../../src/verify/schedule.js';
import { type Snapshot, writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold ts '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

type Packages = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const lockOf = (packages: Packages): string => JSON.stringify({ lockfileVersion: 3, packages });

const wanted: Packages = {
  '': { name: 'orders' },
  'node_modules/fastify': { version: '5.0.0', integrity: 'sha512-f' },
  'node_modules/vitest': { version: '4.0.0', integrity: 'sha512-v', dev: true },
  'node_modules/native-darwin': { version: '1.0.0', integrity: 'sha512-n', optional: true },
};

/** A project with what npm installed there, by its hidden lock. */
function project(installed: Packages | undefined): Snapshot {
  const folders = Object.keys(installed ?? {}).map((path) => [`${path}/package.json`, '{}']);
  return {
    'package.json': '{ "name": "orders" }',
    'package-lock.json': lockOf(wanted),
    ...(installed === undefined ? {} : { 'node_modules/.package-lock.json': lockOf(installed) }),
    ...(Object.fromEntries(folders) as Snapshot),
  };
}

const complete: Packages = Object.fromEntries(
  Object.entries(wanted).filter(([path]) => path !== '' && !path.includes('darwin')),
);

/** Runs the steps with an npm that notes its arguments, and the project's own programs, which pass. */
async function verify(
  files: Snapshot,
  options: { settle?: string; npm?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<{ steps: Record<string, string>; calls: string[] }> {
  const programs = [
    'npm',
    'node_modules/.bin/tsc',
    'node_modules/.bin/eslint',
    'node_modules/.bin/vitest',
  ];
  const { npm = 'exit 0', settle, env = {} } = options;
  const script = `#!/bin/sh\necho "$*" >> calls\n${npm}\n`;
  writeTree(root, {
    ...files,
    ...Object.fromEntries(
      programs.map((path) => [
        path === 'npm' ? 'bin/npm' : path,
        path === 'npm' ? script : '#!/bin/sh\n',
      ]),
    ),
  });
  for (const path of programs) chmodSync(join(root, path === 'npm' ? 'bin/npm' : path), 0o755);
  const path = `${join(root, 'bin')}:${process.env.PATH ?? ''}`;
  const request = { root, race: false, env: { ...process.env, ...env, PATH: path }, settle };
  const { steps } = await runSteps(toolchain.steps(request), {
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

const CI = 'ci --include=dev --workspaces=false --no-audit --no-fund';

describe('npm ci', () => {
  it('is left out when all is there, but for parts of other platforms', async () => {
    expect(await verify(project(complete))).toMatchObject({
      steps: { 'npm ci': 'passed up to date', vitest: 'passed' },
      calls: [],
    });
  });

  it.each([
    ['nothing is installed', undefined],
    [
      'what tests need is missing, as after NODE_ENV=production',
      { 'node_modules/fastify': wanted['node_modules/fastify'] ?? {} },
    ],
    [
      'a version is another',
      { ...complete, 'node_modules/fastify': { version: '4.9.0', integrity: 'sha512-f' } },
    ],
    [
      'a package has other contents',
      { ...complete, 'node_modules/fastify': { version: '5.0.0', integrity: 'sha512-x' } },
    ],
    ['a package is there that the lock no longer lists', { ...complete, 'node_modules/old': {} }],
  ] as const)(
    'runs when %s, for this project alone and with all it needs',
    async (_, installed) => {
      const { steps, calls } = await verify(project(installed), {
        env: { NODE_ENV: 'production' },
      });
      expect(calls).toEqual([CI]);
      expect(steps['npm ci']).toBe('passed');
    },
  );

  it('runs when somebody deleted a package from node_modules', async () => {
    writeTree(root, project(complete));
    rmSync(join(root, 'node_modules/vitest'), { recursive: true });
    mkdirSync(join(root, 'bin'));
    const files = Object.entries(project(complete));
    const rest = files.filter(([path]) => path !== 'node_modules/vitest/package.json');
    expect((await verify(Object.fromEntries(rest))).calls).toEqual([CI]);
  });

  it('is not verified when npm says that this machine cannot', async () => {
    const npm = 'echo "npm error code EBADENGINE"; exit 1';
    const { steps } = await verify(project(undefined), { npm });
    expect(steps).toMatchObject({
      'npm ci': 'not-verified packages cannot be installed: npm error code EBADENGINE',
      types: 'skipped needs npm ci',
    });
  });
});

it('finishes a merged lock first', async () => {
  const settle = 'npm install --package-lock-only --ignore-scripts';
  const { steps, calls } = await verify(project(undefined), { settle });
  expect(calls).toEqual([
    'install --package-lock-only --ignore-scripts --include=dev --workspaces=false --no-audit --no-fund',
    CI,
  ]);
  expect(steps['dependencies']).toBe(`passed ${settle}`);
});

it('installs nothing when the lock cannot be finished', async () => {
  const { steps, calls } = await verify(project(undefined), {
    settle: 'npm install --package-lock-only --ignore-scripts',
    npm: 'echo "npm error code ERESOLVE"; exit 1',
  });
  expect(calls).toHaveLength(1);
  expect(steps).toMatchObject({
    dependencies: 'failed exit 1',
    'npm ci': 'skipped needs dependencies',
  });
});

describe.each([
  ['pnpm', { 'pnpm-lock.yaml': '' }, 'pnpm-lock.yaml'],
  ['yarn', { 'yarn.lock': '' }, 'yarn.lock'],
  ['bun', { 'bun.lock': '' }, 'bun.lock'],
  [
    'pnpm',
    { 'package.json': '{"packageManager":"pnpm@10.1.0+sha512.ab"}' },
    'packageManager in package.json',
  ],
] as const)('a project that uses %s', (name, files, because) => {
  it(`is not touched by npm, by ${because}`, async () => {
    const { steps, calls } = await verify({ ...project(complete), ...files });
    expect(calls).toEqual([]);
    expect(steps['npm ci']).toContain(`not-verified the project uses ${name} (${because})`);
    expect(steps['npm ci']).toContain(`run ${name} install`);
  });

  it('is told to install when package.json changes, and not before', () => {
    writeTree(root, { ...project(complete), ...files });
    expect(toolchain.foresee?.(root, new Set(['package.json']))).toMatchObject([
      { command: `${name} install` },
    ]);
    expect(toolchain.foresee?.(root, new Set(['src/app.ts']))).toEqual([]);
  });
});

it('takes packageManager npm for npm, whatever else lies there', async () => {
  const files = { 'package.json': '{"packageManager":"npm@11.0.0"}', 'yarn.lock': '' };
  const { steps } = await verify({ ...project(complete), ...files });
  expect(steps['npm ci']).toBe('passed up to date');
});
