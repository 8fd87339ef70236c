import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openGit, type Git } from '../../src/io/git.js';
import { listGitFiles, readBlobs } from '../../src/io/git-files.js';
import { guardWrite } from '../../src/io/write-guard.js';

/** Git is run from within hooks, by other users and over anything: none of it leads it astray. */
let folder: string;
let root: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'git-'));
  root = join(folder, 'work');
  mkdirSync(root);
  git(root, 'init', '--quiet');
  writeFileSync(join(root, 'a'), 'a\n');
  git(root, 'add', 'a');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function git(cwd: string, ...args: readonly string[]): string {
  const who = ['-c', 'user.name=T', '-c', 'user.email=t@example.com'];
  return execFileSync('git', [...who, ...args], { cwd, encoding: 'utf8', stdio: 'pipe' }).trim();
}

function open(at = root, env: Readonly<Record<string, string>> = {}): Git {
  return openGit(at, {
    env: { ...process.env, ...env },
    signal: new AbortController().signal,
  });
}

const blob = '78981922613b2afb6025042ff6bd878ac1994e85';

async function look(opened: Git) {
  const files = await listGitFiles(opened);
  return {
    tracked: [...(files?.tracked.keys() ?? [])],
    blobs: [...(await readBlobs(opened, [blob])).keys()],
  };
}

const seen = { tracked: ['a'], blobs: [blob] };

/** The code of what stops a write of the paths, as edited files. */
async function refusal(opened: Git, paths: readonly string[], more = {}): Promise<string> {
  try {
    await guardWrite(opened, { paths, edited: paths, allowDirty: false, ...more });
    return 'none';
  } catch (error) {
    const { code, exitCode } = error as { code: string; exitCode: number };
    return `${exitCode} ${code}`;
  }
}

test.each([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
])('%s of a hook of another repository changes nothing', async (name) => {
  const other = join(folder, 'other');
  mkdirSync(other);
  git(other, 'init', '--quiet');
  const value = name === 'GIT_WORK_TREE' ? other : join(other, '.git');
  expect(await look(open(root, { [name]: value }))).toEqual(seen);
});

test('settings that the caller hands on by GIT_CONFIG_COUNT stay, and ours are added', async () => {
  git(root, 'config', 'filter.x.clean', 'false');
  const env = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'core.fileMode',
    GIT_CONFIG_VALUE_0: 'false',
  };
  const opened = open(root, env);
  expect((await opened.config()).get('core.filemode')).toBe('false');
  const listed = await opened.ask(['config', '--list']);
  const lines = listed.kind === 'answer' ? listed.output.toString('utf8').split('\n') : [];
  expect(lines).toEqual(expect.arrayContaining(['core.filemode=false', 'filter.x.clean=']));
});

test('a bare repository among the files is not asked, and nothing is written unguarded', async () => {
  const inner = join(root, 'inner');
  git(root, 'init', '--quiet', '--bare', 'inner');
  git(inner, 'config', 'core.bare', 'false');
  git(inner, 'config', 'core.worktree', '.');
  expect(await refusal(open(inner), ['x'])).toBe('6 git-failed');
});

test('outside of a repository nothing runs', async () => {
  const alone = mkdtempSync(join(tmpdir(), 'alone-'));
  const opened = open(alone, { PATH: '' });
  expect(await opened.ask(['status'])).toEqual({ kind: 'outside' });
  expect(await refusal(opened, ['x'])).toBe('none');
  rmSync(alone, { recursive: true });
});

describe('what stops a write', () => {
  test('a file that was never committed, and one with edits, but no ignored one', async () => {
    expect(await refusal(open(), ['a'])).toBe('2 dirty');
    git(root, 'commit', '--quiet', '--message', 'x');
    expect(await refusal(open(), ['a'])).toBe('none');
    writeFileSync(join(root, 'a'), 'b\n');
    expect(await refusal(open(), ['a'])).toBe('2 dirty');
    git(root, 'add', 'a');
    expect(await refusal(open(), ['a'])).toBe('2 dirty');
    expect(await refusal(open(), ['a'], { allowDirty: true })).toBe('none');
    writeFileSync(join(root, 'new'), 'b\n');
    expect(await refusal(open(), ['new'])).toBe('2 dirty');
    writeFileSync(join(root, '.gitignore'), 'new\n');
    expect(await refusal(open(), ['new'])).toBe('none');
  });

  test.each([
    ['core.autocrlf=true', '', 'none'],
    ['core.autocrlf=input', '', 'none'],
    ['core.autocrlf=false', '', '2 dirty'],
    ['core.autocrlf=false', 'a text\n', 'none'],
    ['core.autocrlf=false', 'a text=auto\n', 'none'],
    ['core.autocrlf=false', 'a eol=crlf\n', 'none'],
    ['core.autocrlf=true', 'a -text\n', '2 dirty'],
  ])('line ends with %s and %j: %s', async (setting, attributes, expected) => {
    git(root, 'commit', '--quiet', '--message', 'x');
    const [name = '', value = ''] = setting.split('=');
    git(root, 'config', name, value);
    writeFileSync(join(root, '.gitattributes'), attributes);
    writeFileSync(join(root, 'a'), 'a\r\n');
    expect(await refusal(open(), ['a'])).toBe(expected);
  });

  test('ids of SHA-256 repositories', async () => {
    const other = join(folder, 'sha256');
    mkdirSync(other);
    git(other, 'init', '--quiet', '--object-format=sha256');
    writeFileSync(join(other, 'a'), 'a\n');
    git(other, 'add', 'a');
    git(other, 'commit', '--quiet', '--message', 'x');
    expect(await refusal(open(other), ['a'])).toBe('none');
    writeFileSync(join(other, 'a'), 'b\n');
    expect(await refusal(open(other), ['a'])).toBe('2 dirty');
  });

  test('a path with a filter, whether or not git knows the filter here', async () => {
    git(root, 'commit', '--quiet', '--message', 'x');
    writeFileSync(join(root, '.gitattributes'), '*.bin filter=lfs\n');
    await expect(
      guardWrite(open(), { paths: ['a', 'deep/x.bin'], edited: [], allowDirty: true }),
    ).rejects.toMatchObject({
      code: 'filtered-path',
      exitCode: 2,
      message: expect.stringContaining('"deep/x.bin" (filter=lfs)') as string,
    });
    expect(await refusal(open(), ['a'])).toBe('none');
  });

  test('git that is not on PATH, unless edits need not be committed', async () => {
    const opened = open(root, { PATH: folder });
    expect(await refusal(opened, ['a'])).toBe('6 git-missing');
    expect(await refusal(opened, ['a'], { allowDirty: true })).toBe('none');
  });

  test('a folder that belongs to another user', async () => {
    const opened = open(root, { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' });
    await expect(
      guardWrite(opened, { paths: ['a'], edited: [], allowDirty: true }),
    ).rejects.toMatchObject({
      code: 'folder-not-owned',
      exitCode: 6,
      hint: expect.stringContaining(`git config --global --add safe.directory ${root}`) as string,
    });
  });

  test('a damaged configuration', async () => {
    writeFileSync(join(root, '.git/config'), '[core\n');
    expect(await refusal(open(), ['a'])).toBe('6 git-failed');
  });
});

test('git that does not end is ended, with all that it started', async () => {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'git'), '#!/bin/sh\nsleep 600 & wait\n');
  chmodSync(join(bin, 'git'), 0o755);
  const stop = new AbortController();
  const opened = openGit(root, {
    env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` },
    signal: stop.signal,
  });
  const asked = opened.ask(['status']);
  setTimeout(() => stop.abort(), 300);
  await expect(asked).rejects.toMatchObject({ code: 'interrupted', exitCode: 130 });
});
