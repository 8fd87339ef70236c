import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { beforeEach, expect, test } from 'vitest';

import { startLife, type Life } from '../support/life.js';
import { smallCatalog } from '../support/small-catalog.js';

const MAKEFILE = 'Makefile';
let life: Life;
let generated: string | undefined;
beforeEach(async () => {
  life = await startLife(smallCatalog(), ['--language', 'toy']);
  generated = life.snapshot().get(MAKEFILE);
});

const restore = async (...more: readonly string[]) =>
  await life.run(['update', '--restore', MAKEFILE, ...more]);

test('what drift prints gives an edited and a deleted file back', async () => {
  for (const spoil of [
    () => life.write(MAKEFILE, 'ours\n'),
    () => rmSync(join(life.root, MAKEFILE)),
    () => chmodSync(join(life.root, MAKEFILE), 0o755),
  ]) {
    spoil();
    life.commit();
    const { out } = await life.run(['drift', '--strict', '--json']);
    const { repos } = JSON.parse(out) as { repos: { fix: string[] }[] };
    expect(repos[0]?.fix).toEqual([`npx meshwright update --restore ${MAKEFILE}`]);
    expect(await restore()).toMatchObject({
      exitCode: 0,
      out: `Restored: ${MAKEFILE}.\n`,
      err: '',
    });
    expect(life.snapshot().get(MAKEFILE)).toBe(generated);
    expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
    life.commit();
  }
  expect((await restore()).out).toContain('Nothing to restore');
});

test('an edit that is not committed is never overwritten unasked', async () => {
  life.write(MAKEFILE, 'ours\n');
  const { exitCode, err } = await restore();
  expect(exitCode).toBe(2);
  expect(err).toContain(`would be lost: ${MAKEFILE}`);
  expect(life.read(MAKEFILE)).toBe('ours\n');
  rmSync(join(life.root, '.git'), { recursive: true });
  expect((await restore()).exitCode).toBe(2);
  expect((await restore('--dry-run', '--allow-dirty')).out).toContain('nothing was written');
  expect(life.read(MAKEFILE)).toBe('ours\n');
  expect((await restore('--allow-dirty')).exitCode).toBe(0);
  expect(life.snapshot().get(MAKEFILE)).toBe(generated);
});

test.each([['nowhere.txt'], ['../outside'], ['.scaffold/lock.json']])(
  '%s was not generated: exit 2',
  async (path) => {
    const { exitCode, err } = await life.run(['update', '--restore', path]);
    expect(exitCode).toBe(2);
    expect(err).toContain(`"${path}" is none of the files`);
  },
);

test('without a base in the record or in git it says what is missing', async () => {
  life.write(MAKEFILE, 'ours\n');
  rmSync(join(life.root, '.scaffold/base'), { recursive: true });
  rmSync(join(life.root, '.git'), { recursive: true });
  const { exitCode, err } = await restore('--allow-dirty');
  expect(exitCode).toBe(2);
  expect(err).toContain('neither in .scaffold/base nor in git');
});
