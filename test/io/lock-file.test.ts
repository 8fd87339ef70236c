import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { parseLock, readBase, readLock, recordChanges } from '../../src/io/lock-file.js';
import { writeProject } from '../../src/io/transaction.js';
import { blobId, type Lock, serializeLock } from '../../src/model/lock.js';
import type { Tree, TreeFile } from '../../src/model/tree.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold lock '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(text: string, ownership: TreeFile['ownership'] = 'managed'): TreeFile {
  return { text, mode: '644', ownership, capabilities: [], was: [] };
}

function lockOf(tree: Tree): Lock {
  const files = [...tree].map(([path, { text, mode, ownership }]) => ({
    path,
    id: blobId(text),
    mode,
    ownership,
    capabilities: [],
  }));
  return { lockVersion: 2, needs: '0.2.0', version: '0.1.0', sources: [], request: {}, files };
}

async function record(tree: Tree): Promise<void> {
  await writeProject({
    root,
    command: 'scaffold test',
    changes: [],
    record: recordChanges(root, lockOf(tree), tree),
  });
}

describe('the record', () => {
  const tree: Tree = new Map([
    ['main.go', file('package main\n')],
    ['router.go', file('package router\n', 'composed')],
    ['sample.go', file('package sample\n', 'seeded')],
  ]);

  it('comes back as it was written', async () => {
    await record(tree);
    expect(readLock(root)).toEqual(lockOf(tree));
  });

  it('keeps the base of every file that is merged later, and of no other', async () => {
    await record(tree);
    expect(readBase(root, blobId('package main\n'))?.toString()).toBe('package main\n');
    expect(readBase(root, blobId('package router\n'))?.toString()).toBe('package router\n');
    expect(readBase(root, blobId('package sample\n'))).toBeUndefined();
  });

  it('drops bases that nothing refers to any more and leaves the others alone', async () => {
    await record(tree);
    const next = new Map([...tree, ['main.go', file('package main // 2\n')]] as const);
    const paths = recordChanges(root, lockOf(next), next).map(
      ({ kind, path }) => `${kind} ${path}`,
    );
    expect(paths).toEqual([
      `write .scaffold/base/${blobId('package main // 2\n')}`,
      `delete .scaffold/base/${blobId('package main\n')}`,
      'write .scaffold/lock.json',
    ]);
    await record(next);
    expect(readBase(root, blobId('package main\n'))).toBeUndefined();
  });

  it('does not give a base whose bytes were changed, and writes it anew', async () => {
    await record(tree);
    const id = blobId('package main\n');
    writeFileSync(join(root, '.scaffold/base', id), 'tampered\n');
    expect(readBase(root, id)).toBeUndefined();
    await record(tree);
    expect(readBase(root, id)?.toString()).toBe('package main\n');
  });

  it('is read in format 1 as in format 2', async () => {
    await record(tree);
    const { request, version, files } = lockOf(tree);
    const old = { lockVersion: 1, version, request, files };
    writeFileSync(join(root, '.scaffold/lock.json'), JSON.stringify(old));
    expect(readLock(root)).toEqual(lockOf(tree));
  });

  it('keeps what a tool and further catalogs are recorded as', async () => {
    const lock: Lock = {
      ...lockOf(tree),
      tool: { npm: 'meshwright', version: '0.2.0', integrity: 'sha512-x' },
      sources: [{ name: 'ours', version: '3.1.0', integrity: 'sha512-y' }],
    };
    await writeProject({
      root,
      command: 'x',
      changes: [],
      record: recordChanges(root, lock, tree),
    });
    expect(readLock(root)).toEqual(lock);
  });

  it('gives undefined where there is no lock', () => expect(readLock(root)).toBeUndefined());
});

describe('a lock that must not be believed', () => {
  const id = blobId('');
  const entry = (path: string): string =>
    serializeLock({
      lockVersion: 2,
      needs: '0.2.0',
      version: '0.1.0',
      sources: [],
      request: {},
      files: [{ path, id, mode: '644', ownership: 'managed', capabilities: [] }],
    });

  it.each([
    '../outside',
    'a/../../outside',
    '/etc/passwd',
    'C:\\x',
    '.git/hooks/post-checkout',
    '.scaffold/lock.json',
    '.SCAFFOLD/base/x',
    'a\u202eb',
  ])('%j: exit 2', (path) => {
    expect(() => parseLock(entry(path))).toThrow(
      expect.objectContaining({ code: 'unsafe-path', exitCode: 2 }) as Error,
    );
  });

  it.each([
    ['not JSON', '{', 'lock-corrupt'],
    ['another shape', '[]', 'lock-corrupt'],
    [
      'an unknown key',
      '{"lockVersion":1,"version":"1","request":{},"files":[],"x":1}',
      'lock-corrupt',
    ],
    ['a newer format', '{"lockVersion":3}', 'lock-newer'],
    ['a format that a later tool extended', '{"lockVersion":2,"needs":"0.3.0"}', 'lock-newer'],
    ['a conflict', '{\n<<<<<<< ours\n=======\n>>>>>>> theirs\n}', 'lock-in-conflict'],
    [
      'one path twice',
      JSON.stringify({
        lockVersion: 1,
        version: '1',
        request: {},
        files: ['a', 'A'].map((path) => ({
          path,
          id,
          mode: '644',
          ownership: 'managed',
          capabilities: [],
        })),
      }),
      'lock-corrupt',
    ],
  ])('%s: exit 2, and how to repair it', (_name, text, code) => {
    expect(() => parseLock(text)).toThrow(
      expect.objectContaining({
        code,
        exitCode: 2,
        hint: expect.stringMatching(/./) as string,
      }) as Error,
    );
  });

  it.each([
    ['{"lockVersion":3,"needs":"0.9.0","other":[]}', 'format 3', '0.9.0'],
    ['{"lockVersion":2,"needs":"1.4.0","version":"1.4.2"}', 'format 2', '1.4.0'],
  ])('one of a later tool names the version that it needs: %s', (text, format, needs) => {
    expect(() => parseLock(text)).toThrow(
      expect.objectContaining({
        code: 'lock-newer',
        exitCode: 2,
        message: expect.stringContaining(
          `(${format}); it needs meshwright ${needs} or later.`,
        ) as string,
        hint: `Update the meshwright package: npx meshwright@${needs}`,
      }) as Error,
    );
  });

  it('an entry through a link: exit 2', () => {
    mkdirSync(join(root, '.scaffold'));
    writeFileSync(join(root, '.scaffold/lock.json'), entry('linked/file'));
    symlinkSync('/tmp', join(root, 'linked'));
    expect(() => readLock(root)).toThrow(/"linked" is a symbolic link/);
  });

  it('a lock that is itself a link: exit 2', () => {
    mkdirSync(join(root, '.scaffold'));
    symlinkSync('/etc/hostname', join(root, '.scaffold/lock.json'));
    expect(() => readLock(root)).toThrow(/is a symbolic link/);
  });
});
