import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import Module from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Script } from 'node:vm';

import { describe, expect, test } from 'vitest';

import { cli, execute } from '../support/cli.js';

const dist = dirname(cli);
const folder = `${process.versions.v8}-${process.platform}-${process.arch}`;
const cache = join(dist, 'cache', folder);

describe('what V8 made of the tool when it was built', () => {
  test('is taken by the Node that built it', () => {
    const files = readdirSync(cache);
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) {
      const text = readFileSync(join(dist, 'chunks', file.replace('.bin', '.cjs')), 'utf8');
      const script = new Script(Module.wrap(text), { cachedData: readFileSync(join(cache, file)) });
      expect([file, script.cachedDataRejected]).toEqual([file, false]);
    }
  });

  test('is what a run starts from', async () => {
    const hook = join(mkdtempSync(join(tmpdir(), 'code-cache-')), 'hook.cjs');
    writeFileSync(
      hook,
      `const vm = require('node:vm');
      const taken = [];
      vm.Script = class extends vm.Script {
        constructor(text, options) {
          super(text, options);
          if (options.cachedData !== undefined) taken.push(!this.cachedDataRejected);
        }
      };
      process.on('exit', () => process.stderr.write(JSON.stringify(taken)));`,
    );
    const args = ['--require', hook, cli, 'list', '--json'];
    const { exitCode, stderr } = await execute(process.execPath, args, { cwd: dist });
    expect(exitCode).toBe(0);
    const taken = JSON.parse(stderr) as readonly boolean[];
    expect(taken.length).toBeGreaterThan(5);
    expect(taken).not.toContain(false);
  });

  test.each([
    ['absent', (copied: string) => rmSync(copied, { recursive: true })],
    ['of another V8', (copied: string) => eachOf(copied, (bytes) => bytes.fill(7, 0, 32))],
    ['cut off', (copied: string) => eachOf(copied, (bytes) => bytes.subarray(0, 100))],
    ['empty', (copied: string) => eachOf(copied, (bytes) => bytes.subarray(0, 0))],
  ])('%s, nothing else changes', async (_, change) => {
    const copy = mkdtempSync(join(tmpdir(), 'code-cache-'));
    cpSync(dist, join(copy, 'dist'), { recursive: true });
    change(join(copy, 'dist', 'cache', folder));
    const run = async (file: string) =>
      await execute(process.execPath, [file, 'list', '--json'], { cwd: copy });
    const ended = await run(join(copy, 'dist', 'cli.js'));
    expect(ended.exitCode).toBe(0);
    expect(ended).toEqual(await run(cli));
  });
});

function eachOf(copied: string, change: (bytes: Buffer) => Buffer): void {
  for (const file of readdirSync(copied)) {
    const path = join(copied, file);
    writeFileSync(path, change(readFileSync(path)));
  }
}
