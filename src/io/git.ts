import { execFileSync } from 'node:child_process';

import { hasCode } from './file-error.js';

const MAX_OUTPUT = 256 * 1_024 * 1_024;

/** A repository may come from anywhere: what its configuration would start is not started. */
const GUARDED = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'safe.bareRepository=explicit',
  '-c',
  'core.quotePath=false',
];

/**
 * Runs git for reading, apart from the user's hooks and prompts.
 *
 * @returns standard output, or undefined when git is missing, refuses or the folder is no work tree
 */
export function readGit(root: string, args: readonly string[], input?: string): Buffer | undefined {
  try {
    return execFileSync('git', [...GUARDED, ...args], {
      cwd: root,
      input: input ?? '',
      maxBuffer: MAX_OUTPUT,
      stdio: ['pipe', 'pipe', 'ignore'],
      env: { ...withoutGitVariables(process.env), GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' },
    });
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES')) return undefined;
    if (typeof (error as { status?: unknown }).status === 'number') return undefined;
    throw error;
  }
}

/** `git rev-parse --local-env-vars`, but for GIT_CONFIG_*, by which CI says which folders are safe. */
const OF_ONE_REPOSITORY =
  /^GIT_(?:DIR|COMMON_DIR|WORK_TREE|IMPLICIT_WORK_TREE|INDEX_FILE|PREFIX|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|GRAFT_FILE|SHALLOW_FILE|NO_REPLACE_OBJECTS|REPLACE_REF_BASE|NAMESPACE)$/;

/** A hook sets GIT_DIR and its kin, which would lead git to another repository. */
export function withoutGitVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !OF_ONE_REPOSITORY.test(name)));
}

/** Paths below a folder that git calls changed, staged, untracked or unmerged; undefined outside git. */
export function readDirtyPaths(root: string): ReadonlySet<string> | undefined {
  const prefix = readGit(root, ['rev-parse', '--show-prefix'])?.toString('utf8').trimEnd();
  if (prefix === undefined) return undefined;
  const output = readGit(root, [
    'status',
    '--porcelain=v1',
    '-z',
    '--untracked-files=all',
    '--',
    '.',
  ]);
  if (output === undefined) return undefined;
  const entries = output.toString('utf8').split('\0');
  const paths = new Set<string>();
  for (let index = 0; index < entries.length; index += 1) {
    const entry = entries[index] ?? '';
    if (entry === '') continue;
    paths.add(entry.slice(3).slice(prefix.length));
    // A rename is followed by the path that it came from.
    if (/^[RC]|^.[RC]/.test(entry)) paths.add((entries[(index += 1)] ?? '').slice(prefix.length));
  }
  return paths;
}

/** Files below a folder that git tracks or does not ignore; undefined outside git. */
export function listWorkTree(root: string): readonly string[] | undefined {
  const output = readGit(root, [
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
    '--',
    '.',
  ]);
  return output === undefined
    ? undefined
    : [...new Set(output.toString('utf8').split('\0'))].filter((path) => path !== '');
}

/** False when the repository says that mode bits mean nothing there (`core.fileMode=false`). */
export function keepsModes(root: string): boolean {
  return (
    readGit(root, ['config', '--type=bool', 'core.fileMode'])?.toString('utf8').trim() !== 'false'
  );
}

/** Contents of blobs by id, as far as the object store has them. */
export function readBlobs(root: string, ids: readonly string[]): ReadonlyMap<string, Buffer> {
  const blobs = new Map<string, Buffer>();
  if (ids.length === 0) return blobs;
  const output = readGit(root, ['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''));
  if (output === undefined) return blobs;
  let at = 0;
  while (at < output.length) {
    const end = output.indexOf('\n', at);
    if (end === -1) break;
    const [id = '', type = '', size = ''] = output.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (type !== 'blob') continue;
    blobs.set(id, output.subarray(at, at + Number(size)));
    at += Number(size) + 1;
  }
  return blobs;
}
