import { chmodSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { run } from '../../src/commands/run.js';
import { readCatalog } from '../../src/io/catalog.js';
import { fakeHost } from '../support/host.js';
import { startLife, type Life } from '../support/life.js';

/** Dependency files that people and the template changed, in an update that also waits for people. */
const catalog = readCatalog(process.cwd());

/** A go that writes down what it is asked. */
function fakeGo(life: Life): string {
  const told = { GOVERSION: 'go1.99.0', CC: 'true', GOWORK: '', GOCACHE: '/c', GOMODCACHE: '/m' };
  life.write(
    '../bin/go',
    [
      '#!/bin/sh',
      'echo "$*" >> "$(dirname "$0")/calls"',
      `[ "$1" = env ] && echo '${JSON.stringify(told)}'`,
      'exit 0',
      '',
    ].join('\n'),
  );
  chmodSync(join(life.root, '../bin/go'), 0o755);
  return join(life.root, '../bin');
}

async function conflict(): Promise<Life> {
  const life = await startLife(catalog, ['--language', 'go', '--with', 'retry']);
  life.write('go.mod', `${life.read('go.mod')}\nrequire golang.org/x/sys v0.999.0\n`);
  life.write('Makefile', life.read('Makefile').replaceAll(/^(?=[a-z]+:)/gm, '# ours\n'));
  life.edit('cmd/orders/main.go', 'package main\n', 'package main // ours\n');
  const path = 'cmd/orders/main.go';
  life.write(path, life.read(path).replaceAll(/\n\t/g, '\n\t// ours\n\t'));
  life.commit();
  const { exitCode } = await life.run(['add', 'capability', 'observability', '--no-verify']);
  expect(exitCode).toBe(3);
  for (const file of ['Makefile', path]) {
    life.write(file, life.read(file).replaceAll(/^(?:<{7}|\|{7}|={7}|>{7}).*\n/gm, ''));
  }
  return life;
}

async function goOn(life: Life, ...more: readonly string[]) {
  const host = fakeHost({ cwd: life.root, catalog });
  const env = { ...process.env, PATH: `${fakeGo(life)}:${process.env['PATH'] ?? ''}` };
  const exitCode = await run(['update', '--continue', '--json', ...more], { ...host, env });
  return {
    exitCode,
    document: JSON.parse(host.out()) as {
      nextSteps: { command: string }[];
      verification: { steps: { name: string; status: string }[] };
    },
  };
}

test('--continue runs what finishes them', async () => {
  const life = await conflict();
  const { document } = await goOn(life);
  expect(life.read('../bin/calls')).toMatch(/^mod tidy/m);
  expect(document.verification.steps).toContainEqual(
    expect.objectContaining({ name: 'dependencies', status: 'passed' }),
  );
  expect(document.nextSteps).toEqual([]);
});

test('--continue --no-verify names it', async () => {
  const life = await conflict();
  const { exitCode, document } = await goOn(life, '--no-verify');
  expect(exitCode).toBe(0);
  expect(life.has('../bin/calls')).toBe(false);
  expect(document.nextSteps).toMatchObject([{ command: 'go mod tidy' }]);
});

test('verify names what the toolchain refuses in the folder', async () => {
  const life = await startLife(catalog, ['--language', 'go', '--with', 'retry']);
  life.write('../go.work', 'go 1.26.0\n');
  const host = fakeHost({ cwd: life.root, catalog });
  const env = { ...process.env, PATH: `${fakeGo(life)}:${process.env['PATH'] ?? ''}` };
  await run(['verify', '--json'], { ...host, env });
  const { nextSteps } = JSON.parse(host.out()) as { nextSteps: { command: string }[] };
  expect(nextSteps).toMatchObject([{ command: 'go work use .' }]);
});
