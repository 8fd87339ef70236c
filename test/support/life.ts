import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { run } from '../../src/commands/run.js';
import type { Catalog } from '../../src/model/catalog.js';
import { fakeHost } from './host.js';

export type Ran = { readonly exitCode: number; readonly out: string; readonly err: string };

/** A service in a folder of its own, and what people and the tool do to it. */
export type Life = {
  readonly root: string;
  /** Runs the tool there; with the catalog of another version when one is given. */
  readonly run: (argv: readonly string[], catalog?: Catalog) => Promise<Ran>;
  readonly read: (path: string) => string;
  readonly write: (path: string, text: string) => void;
  readonly edit: (path: string, from: string, to: string) => void;
  readonly has: (path: string) => boolean;
  readonly git: (...args: readonly string[]) => string;
  readonly commit: () => void;
  /** Every file with its bytes and whether it may be run, but for `.git`. */
  readonly snapshot: () => ReadonlyMap<string, string>;
};

/** Makes a service with `new`, in git unless told otherwise, with everything committed. */
export async function startLife(
  catalog: Catalog,
  argv: readonly string[],
  options: { readonly git?: 'committed' | 'uncommitted' | 'none' } = {},
): Promise<Life> {
  const life = openLife(join(mkdtempSync(join(tmpdir(), 'life-')), 'orders'), catalog);
  const host = fakeHost({ cwd: dirname(life.root), catalog });
  const words = ['new', 'service', 'orders', '--yes', '--no-verify', ...argv];
  const exitCode = await run(words, host);
  if (exitCode !== 0) throw new Error(host.err());
  const { git = 'committed' } = options;
  if (git === 'none') rmSync(join(life.root, '.git'), { recursive: true });
  if (git === 'committed') life.commit();
  return life;
}

/** A folder as it is. */
export function openLife(root: string, catalog: Catalog): Life {
  const at = (path: string): string => join(root, path);
  const git = (...args: readonly string[]): string =>
    execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  const read = (path: string): string => readFileSync(at(path), 'utf8');
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  return {
    root,
    read,
    write,
    git,
    run: async (argv, other = catalog) => {
      const host = fakeHost({ cwd: root, catalog: other });
      const exitCode = await run(argv, host);
      return { exitCode, out: host.out(), err: host.err() };
    },
    edit: (path, from, to) => {
      const text = read(path);
      if (!text.includes(from)) throw new Error(`${path} does not hold ${JSON.stringify(from)}`);
      write(path, text.replace(from, to));
    },
    has: (path) => existsSync(at(path)),
    commit: () => {
      git('add', '--all');
      git('commit', '--quiet', '--no-verify', '--allow-empty', '--message', 'x');
    },
    snapshot: () =>
      new Map(
        readdirSync(root, { recursive: true, encoding: 'utf8' })
          .filter((path) => !/^\.git(?:\/|$)/.test(path) && statSync(at(path)).isFile())
          .sort()
          .map((path) => [
            path,
            `${(statSync(at(path)).mode & 0o100) === 0 ? '644' : '755'} ${readFileSync(at(path), 'latin1')}`,
          ]),
      ),
  };
}
