import { spawnSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';

import { cli } from '../support/cli.js';

/** Runs a command and says which files of the tool it loaded; the program gets its arguments as ever. */
function loadedBy(cwd: string, ...args: readonly string[]): readonly string[] {
  const program = `process.argv.splice(1, 0, ${JSON.stringify(cli)});
    process.on('exit', () => process.stderr.write(JSON.stringify(Object.keys(require.cache))));
    require(${JSON.stringify(cli)});`;
  const { status, stderr } = spawnSync(process.execPath, ['-e', program, ...args], {
    cwd,
    encoding: 'utf8',
  });
  expect(status).toBe(0);
  return JSON.parse(stderr) as readonly string[];
}

/** What only the library of YAML says. */
const isOfYaml = (file: string): boolean => readFileSync(file, 'utf8').includes('BAD_DIRECTIVE');

// Node takes half a millisecond for each file, and some for what is in it.
describe('what a run loads', () => {
  const cwd = join(mkdtempSync(join(tmpdir(), 'loads-')), 'orders');

  beforeAll(() => {
    const made = spawnSync(
      process.execPath,
      [cli, 'new', 'service', 'orders', '--all', '--yes', '--no-verify', '--dir', cwd],
      { encoding: 'utf8' },
    );
    expect(made.status).toBe(0);
  }, 60_000);

  test.each([
    ['drift', 32],
    ['check', 45],
  ])('%s: at most %i files, and no library of YAML', (command, most) => {
    const files = loadedBy(cwd, command);
    expect(files.length).toBeLessThanOrEqual(most);
    expect(files.filter(isOfYaml)).toEqual([]);
  });

  test('the library of YAML when a file is not plain', () => {
    appendFileSync(join(cwd, 'scaffold.yaml'), '\nenvironments: &none {}\n');
    const files = loadedBy(cwd, 'check');
    expect(files.filter(isOfYaml)).toHaveLength(1);
  });
});
