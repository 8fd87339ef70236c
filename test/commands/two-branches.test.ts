import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { readCatalog } from '../../src/io/catalog.js';
import { openLife, startLife, type Life } from '../support/life.js';

/** What becomes of a repo on which several people work at once, each on a branch. */
const catalog = readCatalog(process.cwd());

/** Adds a capability on a branch that starts where main is. */
async function branch(life: Life, name: string, ...capabilities: readonly string[]): Promise<void> {
  life.git('checkout', '--quiet', '-b', name, 'main');
  for (const id of capabilities) {
    const { exitCode, err } = await life.run(['add', 'capability', id, '--no-verify']);
    if (exitCode !== 0) throw new Error(err);
    life.commit();
  }
}

/** Runs git, whether or not it ends with a conflict. */
function tryGit(life: Life, ...args: readonly string[]): void {
  try {
    life.git(...args);
  } catch {
    // What it left is looked at.
  }
}

/** Paths that git calls unmerged. */
function unmerged(life: Life): readonly string[] {
  return life
    .git('status', '--porcelain')
    .split('\n')
    .filter((line) => /^(?:DD|AU|UD|UA|DU|AA|UU) /.test(line))
    .map((line) => line.slice(3));
}

/** Which of them lie where only the tool writes, the lock apart. */
function unmergedBases(life: Life): readonly string[] {
  return unmerged(life).filter((path) => path.startsWith('.scaffold/base/'));
}

const starts: Readonly<Record<string, (language: string) => Promise<Life>>> = {
  'made by this version': async (language) =>
    await startLife(catalog, ['--with', 'retry,mesh-ready', '--language', language]),
  'made by 0.1.0 and updated since': async (language) => {
    const root = mkdtempSync(join(tmpdir(), 'branches-'));
    cpSync(join(import.meta.dirname, `../fixtures/update/${language}-0.1.0`), root, {
      recursive: true,
    });
    const life = openLife(root, catalog);
    const { files } = JSON.parse(life.read('.scaffold/lock.json')) as {
      files: { path: string; id: string; ownership: string }[];
    };
    for (const { path, id, ownership } of files) {
      if (ownership !== 'seeded') life.write(`.scaffold/base/${id}`, life.read(path));
    }
    life.git('init', '--quiet', '--initial-branch=main');
    life.commit();
    await life.run(['update', '--no-verify']);
    life.commit();
    for (const id of ['jwt', 'circuit-breaker', 'observability']) {
      const { exitCode, err } = await life.run(['remove', 'capability', id, '--no-verify']);
      if (exitCode !== 0) throw new Error(err);
    }
    life.commit();
    return life;
  },
};

describe.each(['go', 'typescript'])('%s', (language) => {
  describe.each(Object.entries(starts))('a service %s', (_name, start) => {
    test('two branches that add merge without a conflict among the bases', async () => {
      const life = await start(language);
      await branch(life, 'a', 'jwt');
      await branch(life, 'b', 'circuit-breaker');
      tryGit(life, 'merge', '--quiet', 'a');
      expect(unmerged(life)).toContain('.scaffold/lock.json');
      expect(unmergedBases(life)).toEqual([]);
    });

    test('update does the rest of the merge, and leaves what adding both leaves', async () => {
      const life = await start(language);
      await branch(life, 'a', 'jwt');
      await branch(life, 'both', 'circuit-breaker', 'jwt');
      const wanted = life.snapshot();
      await branch(life, 'b', 'circuit-breaker');
      tryGit(life, 'merge', '--quiet', 'a');
      expect(unmerged(life)).toEqual(
        expect.arrayContaining(['scaffold.yaml', language === 'go' ? 'go.mod' : 'README.md']),
      );
      const composed = unmerged(life).filter((path) => !path.startsWith('.scaffold/'));

      const { exitCode, out, err } = await life.run(['update', '--no-verify']);
      expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
      expect(out).toContain('git add --all .scaffold');
      for (const path of composed) expect(out).toContain(path);
      expect(out).not.toContain('needs-toolchain');
      const differing = [...life.snapshot()].filter(([path, text]) => wanted.get(path) !== text);
      expect(differing.map(([path]) => path)).toEqual([]);
      expect([...life.snapshot().keys()]).toEqual([...wanted.keys()]);
      life.git('add', '--all');
      expect(life.git('diff', '--stat', 'both', '--cached')).toBe('');
      life.commit();
      expect(life.git('log', '-1', '--format=%P').trim().split(' ')).toHaveLength(2);
      expect((await life.run(['drift', '--strict'])).exitCode).toBe(0);
      expect((await life.run(['update', '--no-verify'])).out).toContain('othing to change');
    });

    test('so do three, by merge, by rebase of several commits and by cherry-pick', async () => {
      const life = await start(language);
      await branch(life, 'a', 'jwt', 'observability');
      await branch(life, 'b', 'circuit-breaker', 'observability');
      await branch(life, 'c', 'observability');
      for (const step of [
        ['merge', '--quiet', 'a'],
        ['merge', '--quiet', '--strategy=recursive', 'b'],
        ['rebase', '--quiet', 'a'],
        ['cherry-pick', 'a'],
        ['cherry-pick', 'b'],
      ]) {
        life.git('checkout', '--quiet', 'c');
        tryGit(life, ...step);
        expect(unmerged(life), step.join(' ')).not.toEqual([]);
        expect(unmergedBases(life), step.join(' ')).toEqual([]);
        life.git('reset', '--quiet', '--hard');
        if (step[0] === 'rebase') life.git('rebase', '--abort');
        life.git('clean', '--quiet', '--force', '-d');
      }
    });
  });
});
