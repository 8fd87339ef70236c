import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { listWorkTree, readBlobs, readDirtyPaths } from '../../src/io/git.js';

/** Repositories come from anywhere, and git is run from within hooks: neither leads git astray. */
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
  return execFileSync('git', args, { cwd, encoding: 'utf8' }).trim();
}

const blob = '78981922613b2afb6025042ff6bd878ac1994e85';

function look() {
  return {
    dirty: [...(readDirtyPaths(root) ?? ['none'])],
    files: listWorkTree(root),
    blobs: [...readBlobs(root, [blob]).keys()],
  };
}

const seen = { dirty: ['a'], files: ['a'], blobs: [blob] };

test.each([
  'core.fsmonitor',
  'core.hooksPath',
  'core.pager',
  'core.sshCommand',
  'core.askPass',
  'diff.external',
  'credential.helper',
  'alias.status',
  'alias.ls-files',
])('a repository whose %s starts a program starts none', (key) => {
  const program = join(folder, 'program');
  const trace = join(folder, 'trace');
  writeFileSync(program, `#!/bin/sh\necho "$0" >> ${trace}\n`, { mode: 0o755 });
  git(root, 'config', key, key.startsWith('alias') ? `!${program}` : program);
  expect(look()).toEqual(seen);
  expect(existsSync(trace)).toBe(false);
});

test.each([
  'GIT_DIR',
  'GIT_WORK_TREE',
  'GIT_INDEX_FILE',
  'GIT_COMMON_DIR',
  'GIT_OBJECT_DIRECTORY',
  'GIT_PREFIX',
  'GIT_NAMESPACE',
])('%s of a hook of another repository changes nothing', (name) => {
  const other = join(folder, 'other');
  mkdirSync(other);
  git(other, 'init', '--quiet');
  vi.stubEnv(name, name === 'GIT_WORK_TREE' ? other : join(other, '.git'));
  expect(look()).toEqual(seen);
});

test('a bare repository that somebody put among the files is not asked', () => {
  const inner = join(root, 'inner');
  git(root, 'init', '--quiet', '--bare', 'inner');
  const trace = join(folder, 'trace');
  git(inner, 'config', 'core.bare', 'false');
  git(inner, 'config', 'core.worktree', '.');
  git(inner, 'config', 'core.fsmonitor', `touch ${trace}; false`);
  expect(readDirtyPaths(inner)).toBeUndefined();
  expect(existsSync(trace)).toBe(false);
});
