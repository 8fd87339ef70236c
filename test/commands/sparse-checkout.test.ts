import { existsSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, startLife, type Life } from '../support/life.js';

/** What git keeps off the disk is there for whoever reads, and is not written. */
const real = readCatalog(process.cwd());
const go = ['--language', 'go', '--module', 'example.com/orders', '--with', 'retry,mesh-ready'];
const ADD = ['add', 'capability', 'jwt', '--no-verify'];

/** A clone of a service. */
async function clone(...options: readonly string[]): Promise<Life> {
  const origin = await startLife(real, [
    ...go,
    '--upstream',
    'inventory=http://inventory.shop.svc.cluster.local:8080',
  ]);
  origin.git('config', 'uploadpack.allowFilter', 'true');
  const root = join(dirname(origin.root), 'clone');
  origin.git('clone', '--quiet', ...options, `file://${origin.root}`, root);
  return openLife(root, real);
}

const kinds: readonly (readonly [string, readonly string[], string])[] = [
  ['cone', ['set', '--cone', 'cmd', 'internal', '.scaffold'], 'git sparse-checkout add deploy'],
  ['sparse index', ['set', '--cone', '--sparse-index', 'cmd'], 'git sparse-checkout add deploy'],
  [
    'patterns',
    ['set', '--no-cone', '/*', '!/deploy/mesh/', '!/scaffold.yaml'],
    'git sparse-checkout add /scaffold.yaml',
  ],
];

describe.each(kinds)('sparse checkout by %s', (_, sparse, advice) => {
  test('is read whole, and a change of what is hidden is refused', async () => {
    const life = await clone();
    const whole = await life.run(['check', '--json']);
    life.git('sparse-checkout', ...sparse);
    expect(existsSync(join(life.root, 'deploy/mesh'))).toBe(false);
    const before = life.snapshot();

    expect(await life.run(['drift', '--strict'])).toMatchObject({ exitCode: 0, err: '' });
    expect(await life.run(['check', '--json'])).toEqual(whole);
    expect((await life.run(['explain'])).exitCode).toBe(0);
    const dry = await life.run([...ADD, '--dry-run']);
    expect(dry.exitCode, dry.err).toBe(0);
    expect(dry.out).toContain('deploy/mesh/request-authentication.yaml');

    for (const argv of [ADD, [...ADD, '--allow-dirty']]) {
      const { exitCode, err } = await life.run(argv);
      expect(exitCode).toBe(2);
      expect(err).toContain('"deploy/mesh/kustomization.yaml"');
      expect(err).toContain(advice);
      expect(err).toContain('git sparse-checkout disable');
    }
    expect(life.snapshot()).toEqual(before);

    life.git('sparse-checkout', 'disable');
    expect((await life.run(ADD)).exitCode).toBe(0);
    expect((await life.run(['check'])).exitCode).toBe(0);
  });
});

test('a deleted file that is not hidden stays a deleted file', async () => {
  const life = await clone();
  life.git('sparse-checkout', 'set', '--cone', 'cmd', 'internal', '.scaffold');
  rmSync(join(life.root, 'Makefile'));
  const { exitCode, out } = await life.run(['drift']);
  expect(exitCode).toBe(1);
  expect(out).toContain('Makefile');
  expect(out).not.toContain('deploy/');
});

test('a file that is marked by hand', async () => {
  const life = await clone();
  const path = 'deploy/mesh/kustomization.yaml';
  life.git('update-index', '--skip-worktree', path);
  rmSync(join(life.root, path));
  expect((await life.run(['drift'])).exitCode).toBe(0);
  const { exitCode, err } = await life.run(ADD);
  expect(exitCode).toBe(2);
  expect(err).toContain(`git update-index --no-skip-worktree ${path}`);
});

test('a partial clone that lacks what is hidden: nothing is fetched, and nothing called deleted', async () => {
  const life = await clone('--filter=blob:none', '--sparse');
  const { exitCode, out } = await life.run(['drift']);
  expect(exitCode).toBe(6);
  expect(out).toContain('partial clone');
  life.git('sparse-checkout', 'add', '.scaffold');
  // Ids say enough where nothing was edited.
  expect(await life.run(['drift'])).toMatchObject({ exitCode: 0, err: '' });
  expect(existsSync(join(life.root, 'deploy/mesh'))).toBe(false);
});
