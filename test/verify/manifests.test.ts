import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { openProcesses } from '../../src/io/process.js';
import { manifestsStep, readManifests } from '../../src/verify/manifests.js';
import type { StepEnd } from '../../src/verify/step.js';
import { writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold manifests '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(): Promise<StepEnd> {
  return manifestsStep({ root }).run({
    processes: openProcesses(),
    signal: new AbortController().signal,
    tell: () => undefined,
  });
}

const account = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: orders
  namespace: shop
`;

it('reads what is below deploy/, links left out', () => {
  writeTree(root, {
    'deploy/b.yaml': account,
    'deploy/base/a.yml': account,
    'deploy/README.md': 'no manifest\n',
    'other.yaml': account,
  });
  symlinkSync('/etc', join(root, 'deploy/etc'));
  symlinkSync(join(root, 'other.yaml'), join(root, 'deploy/c.yaml'));
  expect(readManifests(root).map(({ path }) => path)).toEqual([
    'deploy/b.yaml',
    'deploy/base/a.yml',
  ]);
});

it('passes with the number of valid objects', async () => {
  writeTree(root, { 'deploy/a.yaml': account });
  expect(await run()).toEqual({ status: 'passed', detail: '1 valid' });
});

it('fails with the place of every problem and the command that repeats it', async () => {
  writeTree(root, { 'deploy/a.yaml': account, 'deploy/b.yaml': 'a: [\n' });
  const end = await run();
  expect(end).toMatchObject({ status: 'failed', repeat: 'npx meshwright verify' });
  expect(end.output).toMatch(/^deploy\/b\.yaml:\d+:\d+ error: /m);
});

it('is skipped where there is nothing to check', async () => {
  expect(await run()).toEqual({ status: 'skipped', detail: 'none under deploy/' });
});
