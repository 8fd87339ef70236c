import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import type { Moment } from '../../src/io/change.js';
import { createProject } from '../../src/io/new-project.js';
import { writeProject } from '../../src/io/transaction.js';
import { ToolError } from '../../src/model/errors.js';
import { buildChild, makeFolder, removeFolder, runChild } from './process.js';
import { after, before, newRequest, request } from './scenario.js';
import { snapshot, writeTree } from '../support/snapshot.js';

let folder: string;
let script: string;
let count = 0;
const mounted: string[] = [];

beforeAll(async () => {
  folder = makeFolder();
  script = await buildChild(folder);
});
afterEach(() => {
  for (const point of mounted.splice(0).reverse()) spawnSync('umount', [point]);
});
afterAll(() => removeFolder(folder));

function freshRoot(): string {
  count += 1;
  return join(folder, `project ${count}`);
}

function freshProject(): string {
  const root = freshRoot();
  writeTree(root, before);
  return root;
}

function mount(...args: readonly string[]): boolean {
  const point = args.at(-1) ?? '';
  if (spawnSync('mount', args).status !== 0) return false;
  if (!mounted.includes(point)) mounted.push(point);
  return true;
}

/** Whether this machine lets tests mount; where it does not, the injected errors below stand alone. */
const canMount = ((): boolean => {
  const point = makeFolder();
  const isMounted = spawnSync('mount', ['-t', 'tmpfs', 'tmpfs', point]).status === 0;
  if (isMounted) spawnSync('umount', [point]);
  removeFolder(point);
  return isMounted;
})();

const codes = ['ENOSPC', 'EROFS', 'EACCES', 'EXDEV', 'EMFILE', 'EIO', 'EDQUOT'] as const;

/** Fails the n-th effect; keeps count of how many there are. */
function failing(code: string, at: number): { onStep: (moment: Moment) => void; seen: Moment[] } {
  const seen: Moment[] = [];
  return {
    seen,
    onStep: (moment) => {
      seen.push(moment);
      if (seen.length - 1 !== at || moment.phase === 'release') return;
      throw Object.assign(new Error(`${code}: injected`), { code, syscall: 'write' });
    },
  };
}

describe.each(codes)('%s at any moment', (code) => {
  it('leaves a project as it was and exits with 6', async () => {
    for (let at = 0; ; at += 1) {
      const root = freshProject();
      const { onStep, seen } = failing(code, at);
      const error = await writeProject({ ...request(root), onStep }).catch(
        (thrown: unknown) => thrown,
      );
      if (seen[at]?.phase === 'release') {
        expect(snapshot(root)).toEqual(after);
        return;
      }
      expect(error, seen[at]?.phase).toMatchObject({ exitCode: 6, name: 'ToolError' });
      expect((error as ToolError).hint).not.toBe('');
      expect(snapshot(root), seen[at]?.phase).toEqual(before);
    }
  });

  it('leaves nothing of a new project', async () => {
    for (let at = 0; ; at += 1) {
      const root = join(freshRoot(), 'deep', 'er');
      const { onStep, seen } = failing(code, at);
      const error = await createProject({ ...newRequest(root), onStep }).catch(
        (thrown: unknown) => thrown,
      );
      if (seen[at]?.phase === 'release') {
        expect(snapshot(root)).toEqual(after);
        return;
      }
      expect(error, seen[at]?.phase).toMatchObject({ exitCode: 6, name: 'ToolError' });
      expect(existsSync(join(root, '../..')), seen[at]?.phase).toBe(false);
    }
  });
});

describe.runIf(canMount)('a real file system', () => {
  it('that fills up leaves all or nothing', async () => {
    const states = new Set<string>();
    for (let pages = 12; pages < 120; pages += 3) {
      const root = freshRoot();
      mkdirSync(root);
      mount('-t', 'tmpfs', '-o', `size=${pages * 4}k`, 'tmpfs', root);
      writeTree(root, before);
      const outcome = await writeProject(request(root)).catch((thrown: unknown) => thrown);
      if (outcome instanceof ToolError) {
        expect(outcome).toMatchObject({ exitCode: 6, code: 'file-enospc' });
        expect(snapshot(root)).toEqual(before);
        states.add('full');
      } else {
        expect(outcome).toMatchObject({ state: 'done' });
        expect(snapshot(root)).toEqual(after);
        states.add('done');
      }
    }
    expect([...states].sort()).toEqual(['done', 'full']);
  });

  it('that fills up leaves no part of a new project', async () => {
    const parent = freshRoot();
    mkdirSync(parent);
    mount('-t', 'tmpfs', '-o', 'size=32k', 'tmpfs', parent);
    await expect(createProject(newRequest(join(parent, 'orders')))).rejects.toMatchObject({
      exitCode: 6,
      code: 'file-enospc',
    });
    expect(readdirSync(parent)).toEqual([]);
  });

  it('that is read-only is left alone', async () => {
    const root = freshProject();
    mount('--bind', root, root);
    mount('-o', 'remount,ro,bind', root);
    const refused = { exitCode: 6, code: 'file-erofs' };
    await expect(writeProject(request(root))).rejects.toMatchObject(refused);
    await expect(createProject(newRequest(join(root, 'inside')))).rejects.toMatchObject(refused);
    expect(snapshot(root)).toEqual(before);
  });

  it('mounted inside the project is refused and everything undone', async () => {
    const root = freshProject();
    mkdirSync(join(root, 'deploy/new'));
    mount('-t', 'tmpfs', 'tmpfs', join(root, 'deploy/new'));
    await expect(writeProject(request(root))).rejects.toMatchObject({
      exitCode: 6,
      code: 'file-exdev',
    });
    expect(snapshot(root, ['deploy/new'])).toEqual(before);
  });
});

describe('an immutable folder or file', () => {
  const canFreeze = ((): boolean => {
    const probe = makeFolder();
    const isFrozen = spawnSync('chattr', ['+i', probe]).status === 0;
    spawnSync('chattr', ['-i', probe]);
    removeFolder(probe);
    return isFrozen;
  })();

  it.runIf(canFreeze).each(['deploy', 'cmd', 'cmd/main.go', '.'])(
    '%s: exit 6, as it was',
    async (frozen) => {
      const root = freshProject();
      spawnSync('chattr', ['+i', join(root, frozen)]);
      try {
        await expect(writeProject(request(root))).rejects.toMatchObject({ exitCode: 6 });
        expect(snapshot(root)).toEqual(before);
      } finally {
        spawnSync('chattr', ['-i', join(root, frozen)]);
      }
    },
  );

  it.runIf(process.getuid?.() !== 0)('without the permission: exit 6, as it was', async () => {
    const root = freshProject();
    spawnSync('chmod', ['555', join(root, 'deploy')]);
    await expect(writeProject(request(root))).rejects.toMatchObject({ code: 'file-eacces' });
    spawnSync('chmod', ['755', join(root, 'deploy')]);
    expect(snapshot(root)).toEqual(before);
  });
});

describe('too few file handles', () => {
  it('ends with all or nothing, and with 6 when nothing', () => {
    const exits = new Set<number>();
    for (let spareFiles = 0; spareFiles < 4; spareFiles += 1) {
      const root = freshProject();
      const { result } = runChild(script, { action: 'write', root, spareFiles }, 'ulimit -n 128');
      exits.add(result?.error?.exitCode ?? 0);
      const isDone = result?.outcome?.state === 'done';
      if (!isDone) expect(result?.error).toMatchObject({ exitCode: 6, code: 'file-emfile' });
      expect(snapshot(root)).toEqual(isDone ? after : before);
    }
    expect([...exits].sort()).toEqual([0, 6]);
  });
});

describe('what stands in the way', () => {
  const outside = (): string => {
    const path = freshRoot();
    writeTree(path, { 'main.go': 'outside\n', 'lock.json': 'outside\n' });
    return path;
  };
  const cases: Readonly<Record<string, (root: string, elsewhere: string) => void>> = {
    'a folder that is a link outside': (root, elsewhere) => {
      rmSync(join(root, 'cmd'), { recursive: true });
      symlinkSync(elsewhere, join(root, 'cmd'));
    },
    'a chain of links': (root, elsewhere) => {
      rmSync(join(root, 'deploy'), { recursive: true });
      symlinkSync(elsewhere, join(root, 'hop'));
      symlinkSync('hop', join(root, 'deploy'));
    },
    'a dangling link': (root) => symlinkSync('/nowhere/at/all', join(root, 'deploy/new')),
    'a file that is a link': (root, elsewhere) => {
      rmSync(join(root, 'cmd/main.go'));
      symlinkSync(join(elsewhere, 'main.go'), join(root, 'cmd/main.go'));
    },
    'a record that is a link': (root, elsewhere) => {
      rmSync(join(root, '.scaffold'), { recursive: true });
      symlinkSync(elsewhere, join(root, '.scaffold'));
    },
    'a run folder that is a link': (root, elsewhere) =>
      symlinkSync(elsewhere, join(root, '.scaffold/run')),
    'a file where a folder must be': (root) => writeFileSync(join(root, 'deploy/new'), 'mine\n'),
    'a folder where a file must be': (root) =>
      mkdirSync(join(root, 'deploy/new/a.yaml'), { recursive: true }),
  };

  it.each(Object.entries(cases))('%s: exit 2, as it was', async (_name, put) => {
    const root = freshProject();
    const elsewhere = outside();
    put(root, elsewhere);
    const [here, there] = [snapshot(root), snapshot(elsewhere)];
    await expect(writeProject(request(root))).rejects.toMatchObject({ exitCode: 2 });
    expect(snapshot(root)).toEqual(here);
    expect(snapshot(elsewhere)).toEqual(there);
  });

  it.each(['journal', 'apply'] as const)('a link put in place just before %s', async (phase) => {
    const root = freshProject();
    const elsewhere = outside();
    let isPut = false;
    const onStep = (moment: Moment): void => {
      if (isPut || moment.phase !== phase) return;
      isPut = true;
      rmSync(join(root, 'old'), { recursive: true });
      symlinkSync(elsewhere, join(root, 'old'));
    };
    await expect(writeProject({ ...request(root), onStep })).rejects.toBeInstanceOf(ToolError);
    expect(snapshot(elsewhere)).toEqual({ 'main.go': 'outside\n', 'lock.json': 'outside\n' });
  });

  it('a file edited between plan and write: nothing of the run stays', async () => {
    for (const phase of ['lock', 'journal'] as const) {
      const root = freshProject();
      const onStep = (moment: Moment): void => {
        if (moment.phase === phase)
          writeFileSync(join(root, 'cmd/main.go'), 'package main // mine\n');
      };
      await expect(writeProject({ ...request(root), onStep })).rejects.toMatchObject({
        exitCode: 6,
        code: 'changed-meanwhile',
      });
      expect(snapshot(root)).toEqual({ ...before, 'cmd/main.go': 'package main // mine\n' });
    }
  });

  it('a symbolic link as the root itself is followed', async () => {
    const root = freshProject();
    const link = freshRoot();
    symlinkSync(root, link);
    await writeProject(request(link));
    expect(snapshot(root)).toEqual(after);
  });
});
