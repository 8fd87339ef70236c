import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, type Life } from '../support/life.js';

const catalog = readCatalog(process.cwd());

async function adopt(files: Readonly<Record<string, string>>): Promise<Life> {
  const life = openLife(mkdtempSync(join(tmpdir(), 'plain-')), catalog);
  for (const [path, text] of Object.entries(files)) life.write(path, text);
  life.git('init', '--quiet');
  life.commit();
  const { exitCode, out } = await life.run(['init']);
  expect(exitCode).toBe(0);
  expect(out.includes('plain JavaScript')).toBe(!('tsconfig.json' in files));
  life.commit();
  return life;
}

/** A service with no packages, whose test script is given. */
const service = (script: string | undefined) => ({
  'package.json': `${JSON.stringify({ name: 'plain', scripts: script === undefined ? {} : { test: script } }, undefined, 2)}\n`,
  'server.js': "require('http').createServer().listen(3000);\n",
  'test.js': "require('assert').strictEqual(require('./sum.js'), 2);\n",
  'sum.js': 'module.exports = 1 + 1;\n',
});

type Verified = {
  verification: { status: string; steps: { name: string; status: string; detail: string }[] };
};

async function verify(life: Life): Promise<{ exitCode: number; steps: Record<string, string> }> {
  const { exitCode, out } = await life.run(['verify', '--json']);
  const { verification } = JSON.parse(out) as Verified;
  const steps = verification.steps.map(({ name, status, detail }) => [name, `${status} ${detail}`]);
  return { exitCode, steps: Object.fromEntries(steps) as Record<string, string> };
}

describe('a service in plain JavaScript', () => {
  test('is adopted, gets manifests, and no TypeScript', async () => {
    const life = await adopt(service('node test.js'));
    const before = life.snapshot();
    const refused = await life.run(['add', 'capability', 'jwt', '--no-verify']);
    expect(refused.exitCode).toBe(2);
    expect(refused.err).toContain('jwt would write TypeScript');
    expect(refused.err).toContain('plain JavaScript (no tsconfig.json)');
    expect(life.snapshot()).toEqual(before);
    const url = 'ledger=http://ledger.shop.svc.cluster.local:8080';
    expect((await life.run(['add', 'upstream', url, '--no-verify'])).exitCode).toBe(0);
    life.commit();
    expect((await life.run(['add', 'capability', 'mesh-ready', '--no-verify'])).exitCode).toBe(0);
    expect(life.has('deploy/base/deployment.yaml')).toBe(true);
    expect([...life.snapshot().keys()].filter((path) => path.endsWith('.ts'))).toEqual([]);
    expect([...life.snapshot()]).toEqual(
      expect.arrayContaining([...before].filter(([path]) => path.endsWith('.js'))),
    );
  });

  test('is verified by its own test script', async () => {
    const life = await adopt(service('node test.js'));
    const { exitCode, steps } = await verify(life);
    expect(steps).toMatchObject({ 'test script': 'passed npm run test' });
    expect(exitCode).toBe(0);
    expect(life.has('package-lock.json')).toBe(false);
    life.edit('sum.js', '1 + 1', '1 + 2');
    const failed = await verify(life);
    expect(failed.exitCode).toBe(1);
    expect(failed.steps['test script']).toMatch(/^failed exit 1/);
  });

  test.each([
    ['none', undefined, 'package.json has no script "test"'],
    [
      'the stand-in',
      'echo "Error: no test specified" && exit 1',
      'the script "test" in package.json',
    ],
  ])('is not verified with %s', async (_, script, said) => {
    const { exitCode, steps } = await verify(await adopt(service(script)));
    expect(exitCode).toBe(6);
    expect(steps['install']).toContain(`not-verified ${said}`);
    expect(steps['test script']).not.toContain('passed');
  });
});

test('an adopted TypeScript service is verified by its own script, without vitest or a lock', async () => {
  const life = await adopt({ ...service('node test.js'), 'tsconfig.json': '{}\n' });
  expect(await verify(life)).toMatchObject({
    exitCode: 0,
    steps: { 'test script': 'passed npm run test' },
  });
  expect((await life.run(['add', 'capability', 'jwt', '--no-verify'])).exitCode).toBe(0);
});
