import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, it } from 'vitest';

import { readText } from '../../src/io/read-file.js';

const folder = mkdtempSync(join(tmpdir(), 'scaffold read '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const path = join(folder, 'scaffold.yaml');
const options = { maxBytes: 1_000, name: 'scaffold.yaml' };

function read(bytes: Uint8Array | string): string | undefined {
  writeFileSync(path, bytes);
  return readText(path, options);
}

it('gives the text as it is, without a byte order mark', () => {
  expect(read('a: é\r\n')).toBe('a: é\r\n');
  expect(read('\ufeffa: 1\n')).toBe('a: 1\n');
  expect(read('')).toBe('');
});

it('tells a file that is not there from one that is wrong', () => {
  expect(readText(join(folder, 'absent'), options)).toBeUndefined();
});

it.each([
  ['larger than the limit', 'x'.repeat(1_001), 'file-too-large'],
  ['UTF-16 little-endian', Buffer.from('\ufeffa: 1', 'utf16le'), 'not-utf-8'],
  ['UTF-16 big-endian', Buffer.from([0xfe, 0xff, 0, 0x61]), 'not-utf-8'],
  ['Latin-1', Buffer.from([0x61, 0xe9, 0x0a]), 'not-utf-8'],
  ['with a NUL', 'a\0b', 'not-text'],
])('%s: exit 2', (_name, bytes, code) => {
  expect(() => read(bytes)).toThrow(expect.objectContaining({ code, exitCode: 2 }) as Error);
});

it.each([
  ['a folder', (at: string) => mkdirSync(at)],
  ['a pipe, without waiting for its writer', (at: string) => spawnSync('mkfifo', [at])],
  ['an endless device', (at: string) => symlinkSync('/dev/zero', at)],
])('%s: exit 2', (name, make) => {
  const special = join(folder, name);
  make(special);
  expect(() => readText(special, options)).toThrow(
    expect.objectContaining({ code: 'not-a-file', exitCode: 2 }) as Error,
  );
});

it('refuses a link where it is told to', () => {
  writeFileSync(path, 'a: 1\n');
  const link = join(folder, 'link');
  symlinkSync(path, link);
  expect(readText(link, options)).toBe('a: 1\n');
  expect(() => readText(link, { ...options, noFollow: true })).toThrow(/is a symbolic link/);
});
