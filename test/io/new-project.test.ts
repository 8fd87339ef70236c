import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import type { Change } from '../../src/io/change.js';
import { createProject, type NewProject, requireVacant } from '../../src/io/new-project.js';
import { createRepository } from '../../src/io/repository.js';
import { snapshot } from '../support/snapshot.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'scaffold new é '));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, content = `${path}\n`, mode: '644' | '755' = '644'): Change {
  return { kind: 'write', path, content, mode, before: 'absent' };
}

/** In the environment of this test. */
async function makeRepository(at: string): Promise<void> {
  await createRepository(at, { env: process.env, signal: new AbortController().signal });
}

function project(name: string, more: Partial<NewProject> = {}): NewProject {
  return {
    root: join(folder, name),
    command: 'scaffold new service orders',
    changes: [write('README.md'), write('scripts/run.sh', '#!/bin/sh\n', '755')],
    record: [write('.scaffold/lock.json', '{}\n')],
    ...more,
  };
}

const whole = {
  'README.md': 'README.md\n',
  'scripts/run.sh +x': '#!/bin/sh\n',
  '.scaffold/lock.json': '{}\n',
};

describe('a new project', () => {
  it.each(['orders', 'deep/er/orders', 'n'.repeat(255)])('%s', async (name) => {
    expect(await createProject(project(name))).toEqual({ state: 'done', saved: [] });
    expect(snapshot(join(folder, name))).toEqual(whole);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  it('follows the umask and marks what runs', async () => {
    const umask = process.umask(0o027);
    try {
      await createProject(project('orders'));
    } finally {
      process.umask(umask);
    }
    const mode = (path: string): string =>
      (statSync(join(folder, 'orders', path)).mode & 0o777).toString(8);
    expect([mode('README.md'), mode('scripts/run.sh'), mode('scripts')]).toEqual([
      '640',
      '750',
      '750',
    ]);
  });

  it('becomes a repository with nothing of ours to ignore', async () => {
    await createProject(project('orders', { repository: makeRepository }));
    const status = execFileSync('git', ['status', '--porcelain', '-uall'], {
      cwd: join(folder, 'orders'),
      encoding: 'utf8',
    });
    expect(status.trimEnd().split('\n')).toEqual([
      '?? .scaffold/lock.json',
      '?? README.md',
      '?? scripts/run.sh',
    ]);
  });

  it('is not made when its repository cannot be', async () => {
    const repository = (): Promise<void> => Promise.reject(new Error('git is broken'));
    await expect(createProject(project('orders', { repository }))).rejects.toThrow('git is broken');
    expect(readdirSync(folder)).toEqual([]);
  });

  it.each([
    ['../outside', 'unsafe-path'],
    ['.git/hooks/x', 'unsafe-path'],
    ['.scaffold/x', 'reserved-path'],
    ['readme.md', 'paths-clash'],
    ['README.md/x', 'paths-clash'],
  ])('with the file %j is refused before anything is written', async (path, code) => {
    const request = project('orders', { changes: [write('README.md'), write(path)] });
    await expect(createProject(request)).rejects.toMatchObject({ code, exitCode: 2 });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a target that exists', () => {
  const target = (): string => join(folder, 'orders');

  it('and is empty is kept, with its own identity', async () => {
    mkdirSync(target());
    const { ino } = statSync(target());
    await createProject(project('orders', { repository: makeRepository }));
    expect(snapshot(target(), ['.git'])).toEqual(whole);
    expect(statSync(target()).ino).toBe(ino);
    expect(statSync(join(target(), '.git')).isDirectory()).toBe(true);
  });

  it('and is an empty repository keeps its .git', async () => {
    mkdirSync(target());
    mkdirSync(join(target(), '.git'));
    writeFileSync(join(target(), '.git/HEAD'), 'mine\n');
    await createProject(project('orders', { repository: makeRepository }));
    expect(snapshot(target())).toEqual({ ...whole, '.git/HEAD': 'mine\n' });
  });

  it('through a link is written where the link leads', async () => {
    mkdirSync(join(folder, 'real'));
    symlinkSync('real', target());
    await createProject(project('orders'));
    expect(snapshot(join(folder, 'real'))).toEqual(whole);
  });

  it.each<[string, () => void]>([
    [
      'holds a file',
      () => {
        mkdirSync(target());
        writeFileSync(join(target(), 'mine'), '');
      },
    ],
    ['is a file', () => writeFileSync(target(), '')],
    ['is a link to nothing', () => symlinkSync('nowhere', target())],
    [
      'is a link to a file',
      () => {
        writeFileSync(join(folder, 'file'), '');
        symlinkSync('file', target());
      },
    ],
  ])('and %s is refused', async (_name, make) => {
    make();
    const before = snapshot(folder);
    expect(() => requireVacant(target())).toThrow(/"[^"]*orders" is/);
    await expect(createProject(project('orders'))).rejects.toMatchObject({
      code: 'target-not-empty',
      exitCode: 2,
    });
    expect(snapshot(folder)).toEqual(before);
  });
});
