import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { openLife, startLife, type Life } from '../support/life.js';

/** Written files that the repo's own .gitignore ignores: a colleague's clone would not build. */
const real = readCatalog(process.cwd());
const upstream = 'inventory=http://inventory.shop.svc.cluster.local:8080';

type Ignored = { readonly path: string; readonly source: string; readonly line: number };

const ignoredIn = (out: string) =>
  (JSON.parse(out) as { ignored: readonly Ignored[] }).ignored.map(({ path }) => path).sort();

const cases = [
  { language: 'go', pattern: 'go.sum', path: 'go.sum' },
  { language: 'typescript', pattern: '/package-lock.json', path: 'package-lock.json' },
];

describe.each(cases)('in a $language service', ({ language, pattern, path }) => {
  const start = async (): Promise<Life> => {
    const life = await startLife(
      real,
      ['--language', language, '--upstream', upstream, '--with', 'circuit-breaker,retry'],
      { git: 'uncommitted' },
    );
    life.write('.gitignore', `${life.read('.gitignore')}${pattern}\n`);
    life.commit();
    return life;
  };
  const add = ['add', 'capability', 'jwt', '--no-verify'];

  test('add names what it wrote and git ignores, with the line that says so', async () => {
    const life = await start();
    expect(life.git('ls-files', path)).toBe('');
    const line = life.read('.gitignore').split('\n').indexOf(pattern) + 1;
    const dry = await life.run([...add, '--dry-run']);
    expect(dry.out).toMatch(
      /^1 file that would be written is ignored by git: a clone would lack it\.$/m,
    );
    const { exitCode, out } = await life.run(add);
    expect(exitCode).toBe(0);
    expect(out).toMatch(/^1 file that is written is ignored by git: a clone would lack it\.$/m);
    expect(out).toContain(`  ${pattern} (.gitignore:${line}): ${path}\n`);
    expect(out).toContain('git add --force');
  });

  test('update and remove do, in JSON too', async () => {
    const life = await start();
    await life.run(add);
    life.commit();
    const removed = await life.run(['remove', 'capability', 'jwt', '--no-verify', '--json']);
    expect(ignoredIn(removed.out)).toEqual([path]);
    life.commit();
    life.edit('scaffold.yaml', 'retry: {}', 'retry: {}\n  jwt: {}');
    const updated = await life.run(['update', '--no-verify', '--allow-dirty', '--json']);
    expect(ignoredIn(updated.out)).toEqual([path]);
  });

  test('a file that is tracked reaches a clone', async () => {
    const life = await start();
    life.git('add', '--force', path);
    life.commit();
    const { out } = await life.run([...add, '--json']);
    expect(ignoredIn(out)).toEqual([]);
  });
});

test('a pattern that takes a file out again counts', async () => {
  const life = await startLife(real, ['--language', 'go', '--upstream', upstream], {
    git: 'uncommitted',
  });
  life.write('.gitignore', `${life.read('.gitignore')}*.sum\n!go.sum\n`);
  life.commit();
  const { out } = await life.run(['add', 'capability', 'jwt', '--no-verify', '--json']);
  expect(ignoredIn(out)).toEqual([]);
});

test('new in a repository that ignores parts of it', async () => {
  const cwd = mkdtempSync(join(tmpdir(), 'ignored-'));
  const above = openLife(cwd, real);
  above.git('init', '--quiet');
  above.write('.gitignore', '*.sum\n.scaffold/\n');
  above.commit();
  const words = [
    'new',
    'service',
    'orders',
    '--language',
    'go',
    '--with',
    'jwt',
    '--yes',
    '--no-verify',
  ];
  const host = fakeHost({ cwd, catalog: real });
  expect(await run([...words, '--json'], host)).toBe(0);
  const paths = ignoredIn(host.out());
  expect(paths).toContain('go.sum');
  expect(paths).toContain('.scaffold/lock.json');
  expect(paths.every((path) => path === 'go.sum' || path.startsWith('.scaffold/'))).toBe(true);
});

test('init, of what it writes', async () => {
  const life = openLife(mkdtempSync(join(tmpdir(), 'ignored-')), real);
  life.write('go.mod', 'module example.com/stock\n\ngo 1.25\n');
  life.write('main.go', 'package main\n\nfunc main() {}\n');
  life.write('.gitignore', '.*/\n*.yaml\n');
  life.git('init', '--quiet');
  life.commit();
  const { exitCode, out } = await life.run(['init', '--json']);
  expect(exitCode).toBe(0);
  expect(ignoredIn(out)).toContain('scaffold.yaml');
  expect(ignoredIn(out)).toContain('.scaffold/lock.json');
});
