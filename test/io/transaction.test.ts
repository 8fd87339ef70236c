import { chmodSync, linkSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Change, WriteRequest } from '../../src/io/change.js';
import { contentId } from '../../src/io/content-id.js';
import {
  abortProject,
  continueProject,
  readUnfinished,
  repairProject,
  writeProject,
} from '../../src/io/transaction.js';
import { snapshot, writeTree } from '../support/snapshot.js';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'scaffold write '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const idOf = (text: string): { id: string } => ({ id: contentId(Buffer.from(text)) });
const command = { command: 'scaffold update --continue' };

function write(
  path: string,
  content: string | Uint8Array,
  before: string | undefined,
  mode: '644' | '755' = '644',
): Change {
  return {
    kind: 'write',
    path,
    content,
    mode,
    before: before === undefined ? 'absent' : idOf(before),
  };
}

function request(changes: readonly Change[], more: Partial<WriteRequest> = {}): WriteRequest {
  return {
    root,
    command: 'scaffold update',
    changes,
    record: [write('.scaffold/lock.json', '2', '1')],
    ...more,
  };
}

const start = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n', '.scaffold/lock.json': '1' };

describe('a run', () => {
  beforeEach(() => writeTree(root, start));

  it('writes bytes as they are', async () => {
    const bytes = new Uint8Array([0, 255, 13, 10, 0xc3]);
    await writeProject(request([write('logo.png', bytes, undefined)]));
    expect(readFileSync(join(root, 'logo.png'))).toEqual(Buffer.from(bytes));
  });

  it('keeps who may read a file that it replaces, and changes whether it runs', async () => {
    chmodSync(join(root, 'a.txt'), 0o600);
    chmodSync(join(root, 'dir/b.txt'), 0o751);
    await writeProject(
      request([write('a.txt', 'x\n', 'a\n', '755'), write('dir/b.txt', 'y\n', 'b\n', '644')]),
    );
    expect(statSync(join(root, 'a.txt')).mode & 0o777).toBe(0o700);
    expect(statSync(join(root, 'dir/b.txt')).mode & 0o777).toBe(0o640);
  });

  it('does not reach through a hard link', async () => {
    const other = mkdtempSync(join(tmpdir(), 'scaffold other '));
    linkSync(join(root, 'a.txt'), join(other, 'shared.txt'));
    await writeProject(request([write('a.txt', 'x\n', 'a\n')]));
    expect(snapshot(other)).toEqual({ 'shared.txt': 'a\n' });
    rmSync(other, { recursive: true });
  });

  it('removes folders that its deletions leave empty, and no others', async () => {
    writeTree(root, { 'keep/mine.txt': 'mine\n', 'keep/theirs.txt': 'theirs\n' });
    await writeProject(
      request([
        { kind: 'delete', path: 'dir/b.txt', before: idOf('b\n') },
        { kind: 'delete', path: 'keep/theirs.txt', before: idOf('theirs\n') },
      ]),
    );
    expect(Object.keys(snapshot(root))).toEqual(['.scaffold/lock.json', 'a.txt', 'keep/mine.txt']);
  });

  it('must end with the lock', async () => {
    await expect(writeProject(request([], { record: [] }))).rejects.toThrow(
      'must end with the lock',
    );
  });
});

describe('a run that waits for conflicts', () => {
  const merged = '<<<<<<< yours\nmine\n=======\ntheirs\n>>>>>>> template\n';
  const pause = { files: [{ path: 'a.txt', reason: 'both changed' }] };

  beforeEach(async () => {
    writeTree(root, start);
    const changes = [write('a.txt', merged, 'a\n'), write('new/c.txt', 'c\n', undefined)];
    const outcome = await writeProject(request(changes, { pause }));
    expect(outcome).toEqual({ state: 'waiting', saved: [] });
  });

  it('is told with what it was given to keep, and does not show in git', () => {
    expect(readUnfinished(root)).toEqual({
      stage: 'waiting',
      command: 'scaffold update',
      pause,
      paths: ['a.txt', 'new/c.txt'],
    });
    expect(readFileSync(join(root, '.scaffold/run/.gitignore'), 'utf8')).toBe('*\n');
    expect(readFileSync(join(root, '.scaffold/lock.json'), 'utf8')).toBe('1');
  });

  it('stands in the way of any other, exit 3', async () => {
    const refused = { exitCode: 3, code: 'update-in-progress' };
    await expect(writeProject(request([]))).rejects.toMatchObject(refused);
    await expect(repairProject(root, command)).rejects.toMatchObject(refused);
  });

  it('is completed by --continue with what people made of it', async () => {
    writeTree(root, { 'a.txt': 'resolved\n' });
    expect(await continueProject(root, command)).toEqual({ state: 'done', saved: [] });
    expect(snapshot(root)).toEqual({
      'a.txt': 'resolved\n',
      'dir/b.txt': 'b\n',
      'new/c.txt': 'c\n',
      '.scaffold/lock.json': '2',
    });
  });

  it('is taken back by --abort, what people made of it saved aside', async () => {
    writeTree(root, { 'a.txt': 'half resolved\n', 'a.txt.scaffold-saved': 'older\n' });
    expect(await abortProject(root, command)).toEqual({
      state: 'undone',
      saved: [{ path: 'a.txt', copy: 'a.txt.scaffold-saved-2' }],
    });
    expect(snapshot(root)).toEqual({
      ...start,
      'a.txt.scaffold-saved': 'older\n',
      'a.txt.scaffold-saved-2': 'half resolved\n',
    });
  });

  it('is taken back by --abort also where the file was deleted or is a folder now', async () => {
    rmSync(join(root, 'a.txt'));
    rmSync(join(root, 'new/c.txt'));
    writeTree(root, { 'new/c.txt/d.txt': 'mine\n' });
    await abortProject(root, command);
    expect(snapshot(root)).toEqual({ ...start, 'new/c.txt.scaffold-saved/d.txt': 'mine\n' });
  });
});

describe('where nothing is in progress', () => {
  it('--continue and --abort say so and touch nothing', async () => {
    writeTree(root, start);
    const refused = { exitCode: 2, code: 'nothing-in-progress' };
    await expect(continueProject(root, command)).rejects.toMatchObject(refused);
    await expect(abortProject(root, command)).rejects.toMatchObject(refused);
    expect(await repairProject(root, command)).toBeUndefined();
    expect(snapshot(root)).toEqual(start);
  });
});

describe('a journal that must not be believed', () => {
  const journal = {
    journalVersion: 1,
    command: 'x',
    recordFrom: 0,
    folders: [],
    pause: null,
    repository: false,
  };
  const step = { kind: 'write', path: '../outside', before: null, after: '0'.repeat(40) };

  it.each([
    ['leaves the project', JSON.stringify({ ...journal, steps: [step] })],
    ['is of another format', JSON.stringify({ ...journal, journalVersion: 2, steps: [] })],
    ['is no JSON', '{'],
  ])('%s: exit 6, says where the contents are', async (_name, text) => {
    writeTree(root, { ...start, '.scaffold/run/journal.json': text });
    const before = snapshot(root);
    await expect(abortProject(root, command)).rejects.toMatchObject({
      exitCode: 6,
      code: 'journal-unreadable',
      hint: expect.stringContaining('.scaffold/run/old') as string,
    });
    expect(snapshot(root)).toEqual(before);
  });
});
