import { chmodSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { afterEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';

/** What `verify` and `add` end with on machines that people have; the toolchains note what they are asked. */
const catalog = readCatalog(process.cwd());
let life: Life | undefined;

afterEach(() => {
  if (life !== undefined) rmSync(dirname(life.root), { recursive: true, force: true });
});

function program(at: Life, path: string, ...lines: readonly string[]): void {
  at.write(path, ['#!/bin/sh', ...lines, 'exit 0', ''].join('\n'));
  chmodSync(join(at.root, path), 0o755);
}

function fakeGo(at: Life, folder: string): void {
  const told = { GOVERSION: 'go1.99.0', CC: 'true', GOWORK: '', GOCACHE: folder };
  program(
    at,
    '../bin/go',
    'echo "$*" >> "$(dirname "$0")/calls"',
    `[ "$1" = env ] && echo '${JSON.stringify({ ...told, GOMODCACHE: folder })}'`,
  );
}

type Ended = { exitCode: number; err: string; out: string; calls: readonly string[] };

async function runWith(
  at: Life,
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  const host = fakeHost({ cwd: at.root, catalog });
  const path = `${join(at.root, '../bin')}:${process.env['PATH'] ?? ''}`;
  const exitCode = await run(argv, { ...host, env: { ...process.env, ...more, PATH: path } });
  const calls = at.has('../bin/calls') ? at.read('../bin/calls').split('\n') : [];
  return { exitCode, out: host.out(), err: host.err(), calls };
}

describe('go', () => {
  test('without a place for its cache ends with 6 and says what to set', async () => {
    life = await startLife(catalog, ['--language', 'go', '--with', 'retry']);
    fakeGo(life, '');
    const { exitCode, out, err, calls } = await runWith(life, ['verify']);
    expect(exitCode).toBe(6);
    expect(out + err).toContain('go has no folder for its cache: set HOME');
    expect(calls.filter((call) => call.startsWith('build'))).toEqual([]);
  });

  test('with a vendor/ that is older than go.mod ends with 6 and go mod vendor', async () => {
    life = await startLife(catalog, ['--language', 'go', '--with', 'retry,jwt']);
    life.write('vendor/modules.txt', '# github.com/acme/old v1.0.0\n## explicit\n');
    life.commit();
    fakeGo(life, '/m');
    const { exitCode, out, err } = await runWith(life, ['add', 'capability', 'circuit-breaker']);
    expect(exitCode).toBe(6);
    expect(out + err).toContain('go mod vendor');
  });

  test('tidies newer modules of people before it builds', async () => {
    life = await startLife(catalog, ['--language', 'go', '--with', 'retry,jwt']);
    life.write('go.mod', `${life.read('go.mod')}\nrequire golang.org/x/sys v0.999.0\n`);
    life.commit();
    fakeGo(life, '/m');
    const { out, err, calls } = await runWith(life, ['add', 'capability', 'observability']);
    const build = calls.findIndex((call) => call.startsWith('build'));
    const tidy = calls.findIndex((call) => call.startsWith('mod tidy'));
    expect(tidy).toBeGreaterThan(-1);
    expect(build).toBeGreaterThan(tidy);
    expect(out + err).toMatch(/dependencies.*go mod tidy/);
  });

  test('that fails to tidy them ends with 1 and the command is left to do', async () => {
    life = await startLife(catalog, ['--language', 'go', '--with', 'retry,jwt']);
    life.write('go.mod', `${life.read('go.mod')}\nrequire golang.org/x/sys v0.999.0\n`);
    life.commit();
    fakeGo(life, '/m');
    life.edit(
      '../bin/go',
      'exit 0',
      '[ "$1" = mod ] && { echo "go: no such version"; exit 1; }\nexit 0',
    );
    const { exitCode, out, calls } = await runWith(life, ['add', 'capability', 'observability']);
    expect(exitCode).toBe(1);
    expect(out).toMatch(/go mod tidy +finishes go\.mod and go\.sum/);
    expect(calls.filter((call) => call.startsWith('build'))).toEqual([]);
  });
});

test('npm installs what tests need, for the service only, below a workspace and NODE_ENV=production', async () => {
  life = await startLife(catalog, ['--language', 'typescript', '--with', 'retry']);
  life.write('../package.json', '{"private":true,"workspaces":["*"]}');
  mkdirSync(join(life.root, '../node_modules'));
  life.write('../node_modules/MARK', 'theirs');
  program(life, '../bin/npm', 'echo "$*" >> "$(dirname "$0")/calls"', 'echo EUSAGE; exit 1');
  const { exitCode, out, calls } = await runWith(life, ['verify', '--json'], {
    NODE_ENV: 'production',
  });
  expect(exitCode).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ verification: { status: 'failed' } });
  expect(calls).toContain('ci --include=dev --workspaces=false --no-audit --no-fund');
  expect(readFileSync(join(life.root, '../node_modules/MARK'), 'utf8')).toBe('theirs');
});
