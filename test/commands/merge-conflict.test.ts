import { beforeEach, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { startLife, type Life } from '../support/life.js';

/** What update does in the middle of a merge with what people wrote. */
const catalog = readCatalog(process.cwd());

let life: Life;

beforeEach(async () => {
  life = await startLife(catalog, ['--with', 'retry,mesh-ready', '--language', 'go']);
});

/** Adds something on a branch that starts at main, after people edited it there. */
async function branch(name: string, words: string, edit?: () => void): Promise<void> {
  life.git('checkout', '--quiet', '-b', name, 'main');
  edit?.();
  life.commit();
  const { exitCode, err } = await life.run([...words.split(' '), '--no-verify']);
  if (exitCode !== 0) throw new Error(err);
  life.commit();
}

function tryGit(...args: readonly string[]): void {
  try {
    life.git(...args);
  } catch {
    // What it left is looked at.
  }
}

const addUpstream = (name: string): string => `add upstream ${name}=http://${name}.shop.svc`;

test('an upstream of each branch and the edits of both are in the result', async () => {
  await branch('a', addUpstream('stock'), () => {
    life.edit('scaffold.yaml', 'version: 1\n', '# Asked for by team A.\nversion: 1\n');
    life.write('go.mod', `${life.read('go.mod')}\nrequire github.com/acme/a v1.2.0\n`);
  });
  await branch('b', addUpstream('billing'), () => {
    life.edit('cmd/orders/main.go', 'package main\n', 'package main\n\n// Kept by team B.\n');
  });
  tryGit('merge', '--quiet', 'a');
  const { exitCode, err } = await life.run(['update', '--no-verify']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  const request = life.read('scaffold.yaml');
  for (const text of ['# Asked for by team A.', 'name: stock', 'name: billing'])
    expect(request).toContain(text);
  expect(life.read('cmd/orders/main.go')).toContain('// Kept by team B.');
  expect(life.read('go.mod')).toContain('github.com/acme/a v1.2.0');
  for (const [path, text] of life.snapshot()) expect(text, path).not.toMatch(/^<{7} /m);
  expect([...life.snapshot().keys()].filter((path) => path.includes('scaffold-saved'))).toEqual([]);
});

test.each([
  ['rebase', ['rebase', '--quiet', 'a']],
  ['cherry-pick', ['cherry-pick', 'a']],
])('so it is in the middle of a %s', async (_name, step) => {
  await branch('a', 'add capability jwt');
  await branch('b', 'add capability circuit-breaker');
  tryGit(...step);
  expect(life.git('status')).toContain('both modified');
  const { exitCode, err } = await life.run(['update', '--no-verify']);
  expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
  expect(life.read('scaffold.yaml')).toMatch(/jwt/);
  expect(life.read('scaffold.yaml')).toMatch(/circuit-breaker/);
  expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
});

test('edits that clash are listed with git add, and nothing is written', async () => {
  await branch('a', 'add capability jwt', () => {
    life.edit('cmd/orders/main.go', 'package main\n', 'package main // A\n');
  });
  await branch('b', 'add capability circuit-breaker', () => {
    life.edit('cmd/orders/main.go', 'package main\n', 'package main // B\n');
  });
  tryGit('merge', '--quiet', 'a');
  const before = life.snapshot();
  const { exitCode, err } = await life.run(['update', '--no-verify']);
  expect(exitCode).toBe(2);
  expect(err).toContain('git add cmd/orders/main.go');
  expect(life.snapshot()).toEqual(before);

  life.git('checkout', '--ours', '--', 'cmd/orders/main.go');
  life.git('add', 'cmd/orders/main.go');
  expect((await life.run(['update', '--no-verify'])).exitCode).toBe(0);
  expect(life.read('cmd/orders/main.go')).toContain('package main // B');
});

test.each([
  ['another value for the same key', 'timeout: 2s', 'timeout: 3s'],
  ['a comment at the same place', 'timeout: 2s # A', 'timeout: 2s # B'],
])('scaffold.yaml with %s is left to people', async (_name, mine, yours) => {
  const under = (text: string) => () => {
    life.edit('scaffold.yaml', 'service:\n', `service:\n  ${text}\n`);
  };
  await branch('a', 'add capability jwt', under(mine));
  await branch('b', 'add capability circuit-breaker', under(yours));
  tryGit('merge', '--quiet', 'a');
  const before = life.snapshot();
  const { exitCode, err } = await life.run(['update', '--no-verify']);
  expect(exitCode).toBe(2);
  expect(err).toContain('git add scaffold.yaml');
  expect(life.snapshot()).toEqual(before);
});

test('what people began to resolve is kept beside the file', async () => {
  await branch('a', 'add capability jwt');
  await branch('b', 'add capability circuit-breaker');
  tryGit('merge', '--quiet', 'a');
  for (const path of ['go.mod', 'scaffold.yaml'])
    life.edit(path, '=======\n', '# begun\n=======\n');
  const [module, request] = [life.read('go.mod'), life.read('scaffold.yaml')];
  const { exitCode, out } = await life.run(['update', '--no-verify']);
  expect(exitCode).toBe(0);
  expect(out).toContain('go.mod.scaffold-saved');
  expect(life.read('go.mod.scaffold-saved')).toBe(module);
  expect(life.read('scaffold.yaml.scaffold-saved')).toBe(request);
});

test('a file of people in conflict is left alone and named', async () => {
  const note = (text: string) => () => {
    life.write('NOTES.md', `${text}\n`);
  };
  await branch('a', 'add capability jwt', note('A'));
  await branch('b', 'add capability circuit-breaker', note('B'));
  tryGit('merge', '--quiet', 'a');
  const before = life.read('NOTES.md');
  const { exitCode, out } = await life.run(['update', '--no-verify']);
  expect(exitCode).toBe(0);
  expect(out).toContain('git add NOTES.md');
  expect(life.read('NOTES.md')).toBe(before);
});

test('a dry run shows the merge and writes nothing', async () => {
  await branch('a', 'add capability jwt');
  await branch('b', 'add capability circuit-breaker');
  tryGit('merge', '--quiet', 'a');
  const before = life.snapshot();
  const { exitCode, out } = await life.run(['update', '--dry-run']);
  expect(exitCode).toBe(0);
  expect(out).toContain('Merged from both branches: ');
  expect(life.snapshot()).toEqual(before);
});
