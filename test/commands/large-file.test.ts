import { readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { type Life, startLife } from '../support/life.js';
import { smallCatalog } from '../support/small-catalog.js';

/** More than Node reads into one buffer; on disk it is a hole and takes no room. */
const SIZE = 3 * 1_024 ** 3;

let life: Life;
beforeEach(async () => {
  life = await startLife(smallCatalog(), ['--language', 'toy', '--with', 'echo']);
});
afterEach(() => rmSync(join(life.root, '..'), { recursive: true, force: true }));

const commands = [
  'drift',
  'update --dry-run',
  'add upstream stock=http://stock.shop:80 --no-verify --allow-dirty',
];

describe.each(commands)('%s', (command) => {
  const argv = command.split(' ');

  test('refuses a managed file that is too large to read', async () => {
    truncateSync(join(life.root, 'main.txt'), SIZE);
    const { exitCode, out, err } = await life.run(argv);
    expect(exitCode).toBe(2);
    expect(out + err).toContain('"main.txt" is larger than 65536 KiB.');
  });

  test('refuses a base that is too large to read', async () => {
    life.edit('main.txt', '\n', '\nmine\n');
    const bases = join(life.root, '.scaffold/base');
    for (const name of readdirSync(bases)) truncateSync(join(bases, name), SIZE);
    const { exitCode, out, err } = await life.run(argv);
    expect(exitCode).toBe(2);
    expect(out + err).toMatch(/"\.scaffold\/base\/[0-9a-f]{40}" is larger than \d+ KiB\./);
  });
});
