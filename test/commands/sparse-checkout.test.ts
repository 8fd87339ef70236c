import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
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

describe('verify', () => {
  /** Tools that only say what they were asked: what is at stake here is which of them run. */
  async function verify(life: Life, tools: readonly string[] = ['go']) {
    const bin = mkdtempSync(join(tmpdir(), 'bin-'));
    for (const tool of tools) {
      writeFileSync(join(bin, tool), '#!/bin/sh\necho go version go1.26.0\n', { mode: 0o755 });
    }
    symlinkSync(execFileSync('which', ['git'], { encoding: 'utf8' }).trim(), join(bin, 'git'));
    const host = fakeHost({ cwd: life.root, catalog: real, env: { PATH: `${bin}:/usr/bin:/bin` } });
    const exitCode = await run(['verify', '--json'], host);
    const { verification } = JSON.parse(host.out()) as { verification?: { steps: Step[] } };
    const steps = new Map((verification?.steps ?? []).map((step) => [step.name, step]));
    return { exitCode, steps, err: host.err() };
  }
  type Step = { readonly name: string; readonly status: string; readonly detail: string };

  test('reads hidden manifests and scaffold.yaml, and all that is there counts', async () => {
    const life = await clone();
    const whole = await verify(life);
    life.git(
      'sparse-checkout',
      'set',
      '--no-cone',
      '/*',
      '!/deploy/',
      '!/scaffold.yaml',
      '!/.scaffold/',
    );
    expect(life.has('scaffold.yaml')).toBe(false);
    const { steps, err } = await verify(life);
    expect(err).not.toContain('no scaffold.yaml');
    expect(steps.get('manifests')).toMatchObject({ status: 'passed' });
    expect(steps.get('manifests')?.detail).toBe(whole.steps.get('manifests')?.detail);
    expect(steps.has('checkout')).toBe(false);
  });

  test('an error in a hidden manifest is found', async () => {
    const life = await clone();
    life.edit(
      'deploy/base/service-account.yaml',
      'kind: ServiceAccount',
      'kind: ServiceAccount\nnothing: here',
    );
    life.commit();
    life.git('sparse-checkout', 'set', '--no-cone', '/*', '!/deploy/');
    const { exitCode, steps } = await verify(life);
    expect(steps.get('manifests')).toMatchObject({ status: 'failed' });
    expect(exitCode).not.toBe(0);
  });

  test('tests that are not there do not count as passed', async () => {
    const life = await clone();
    life.git('sparse-checkout', 'set', '--no-cone', '/*', '!*_test.go');
    const { exitCode, steps } = await verify(life);
    expect(exitCode).toBe(6);
    expect(steps.get('checkout')).toMatchObject({ status: 'not-verified' });
    expect(steps.get('checkout')?.detail).toContain('git sparse-checkout disable');
    expect(steps.get('go test')).toMatchObject({ status: 'skipped', detail: 'needs checkout' });
  });

  test('documents that are not there are not missed', async () => {
    const life = await clone();
    life.git('sparse-checkout', 'set', '--no-cone', '/*', '!*.md');
    expect((await verify(life)).steps.has('checkout')).toBe(false);
  });

  test.each(['istioctl', 'kubeconform'])(
    '%s, which reads the disk, is not verified',
    async (tool) => {
      const life = await clone();
      life.git('sparse-checkout', 'set', '--no-cone', '/*', '!/deploy/mesh/');
      const { exitCode, steps } = await verify(life, ['go', tool]);
      expect(exitCode).toBe(6);
      expect(steps.get(tool)).toMatchObject({ status: 'not-verified' });
      expect(steps.get(tool)?.detail).toContain('git sparse-checkout disable');
    },
  );
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
