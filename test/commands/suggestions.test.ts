import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeEach, describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { openLife } from '../support/life.js';
import { fakeHost, scriptedPrompts } from '../support/host.js';

/** Words that people write for what the catalog calls otherwise. */
const real = readCatalog(process.cwd());
let cwd: string;
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), 'suggestions-'));
});

async function ask(...argv: string[]) {
  const host = fakeHost({ cwd, catalog: real });
  return { exitCode: await run(argv, host), out: host.out(), err: host.err() };
}
const NEW = ['new', 'service'] as const;
const FLAGS = ['--yes', '--no-verify', '--upstream', 'none'] as const;

test.each([
  [['--language', 'golang'], 'Did you mean go?'],
  [['--language', 'Go'], 'Did you mean go?'],
  [['--language', 'ts'], 'Did you mean typescript?'],
  [['--language', 'node'], 'Did you mean typescript?'],
  [['--language', 'go', '--with', 'breaker'], 'Did you mean circuit-breaker?'],
  [['--language', 'go', '--set', 'attempts=3'], 'Did you mean --set retry.attempts=3?'],
])('%j', async (words, meant) => {
  const { exitCode, err } = await ask(...NEW, 'orders', ...words, ...FLAGS);
  expect(err).toContain(meant);
  expect(exitCode).toBe(2);
  expect(readdirSync(cwd)).toEqual([]);
});

test('init takes an alias for no language, and says which one is meant', async () => {
  const { exitCode, err } = await ask('init', '--language', 'golang');
  expect(err).toContain('there is no language "golang". Did you mean go?');
  expect(exitCode).toBe(2);
});

test('add upstream with an address', async () => {
  expect((await ask(...NEW, 'orders', ...FLAGS, '--language', 'typescript')).exitCode).toBe(0);
  const life = openLife(join(cwd, 'orders'), real);
  const before = life.snapshot();
  for (const word of ['stock=stock.shop.svc:81', 'stock.shop.svc:81']) {
    const { exitCode, err } = await life.run(['add', 'upstream', word, '--no-verify']);
    expect(err).toContain('Did you mean add upstream stock=http://stock.shop.svc:81?');
    expect(exitCode).toBe(2);
  }
  expect(life.snapshot()).toEqual(before);
  const misplaced = await life.run(['remove', 'inventory']);
  expect(misplaced.err).not.toContain('Did you mean');
});

describe('a name that only Go gives a meaning', () => {
  test('is the name of a service in TypeScript, with an environment of that name', async () => {
    const words = [...FLAGS, '--with', 'mesh-ready', '--language', 'typescript'];
    const made = await ask(...NEW, 'internal', ...words);
    expect(made.err).toBe('');
    expect(made.exitCode).toBe(0);
    const life = openLife(join(cwd, 'internal'), real);
    life.write(
      'scaffold.yaml',
      `${life.read('scaffold.yaml')}environments: { internal: {}, vendor: {} }\n`,
    );
    const update = await life.run(['update', '--no-verify', '--allow-dirty']);
    expect(update.err).not.toContain('error');
    expect(update.exitCode).toBe(0);
    for (const name of ['internal', 'vendor']) {
      expect(life.has(`deploy/overlays/${name}/kustomization.yaml`)).toBe(true);
      const { exitCode, err } = await life.run(['check', '--env', name]);
      expect(exitCode, err).toBe(0);
    }
  });

  test.each(['internal', 'vendor', 'testdata'])('%s is refused for one in Go', async (name) => {
    const { exitCode, err } = await ask(...NEW, name, ...FLAGS, '--language', 'go');
    expect(err).toContain(`"${name}" is not a service name: the Go toolchain`);
    expect(err).toContain(`try: ${name}-service`);
    expect(exitCode).toBe(2);
    expect(existsSync(join(cwd, name))).toBe(false);
  });

  test('is refused by the wizard as soon as the language is known', async () => {
    const prompts = scriptedPrompts({ 'Name of the service': 'internal', Language: 'go' });
    const host = fakeHost({ cwd, catalog: real, prompts });
    expect(await run(['new', 'service'], host)).toBe(2);
    expect(host.err()).toContain('try: internal-service');
    expect(readdirSync(cwd)).toEqual([]);
  });
});
