import { appendFileSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createProject } from '../../src/io/new-project.js';
import {
  abortProject,
  continueProject,
  readUnfinished,
  repairProject,
  writeProject,
} from '../../src/io/transaction.js';
import type { Order } from './child.js';
import { buildChild, copyFolder, makeFolder, removeFolder, runChild } from './process.js';
import { after, before, newRequest, paused, request } from './scenario.js';
import { snapshot, writeTree } from '../support/snapshot.js';

let folder: string;
let script: string;
beforeAll(async () => {
  folder = makeFolder();
  script = await buildChild(folder);
});
afterAll(() => removeFolder(folder));

const command = { command: 'scaffold update' };
let count = 0;

function freshRoot(): string {
  count += 1;
  return join(folder, `project ${count}`);
}

function freshProject(): string {
  const root = freshRoot();
  writeTree(root, before);
  return root;
}

function copyOf(root: string): string {
  const copy = freshRoot();
  copyFolder(root, copy);
  return copy;
}

/** Runs an action once for each of its moments, stopped there. */
function* stoppedAtEveryMoment(
  order: Omit<Order, 'root' | 'at'>,
  prepare: () => string,
): Generator<{ root: string; at: number; signal: string | null }> {
  for (let at = 0; ; at += 1) {
    const root = prepare();
    const { signal, result } = runChild(script, { ...order, root, at });
    if (result !== undefined && result.moments <= at) return;
    yield { root, at, signal };
  }
}

const ignoringRun = (root: string): Readonly<Record<string, string>> =>
  snapshot(root, ['.scaffold/run']);

/** Whatever a kill left, the next run makes the project complete and leaves nothing of its own. */
async function completes(root: string): Promise<void> {
  await repairProject(root, command);
  if (!isDeepStrictEqual(ignoringRun(root), after)) {
    expect(ignoringRun(root)).toEqual(before);
    await writeProject(request(root));
  }
}

describe('kill -9 while a project is changed', () => {
  it('leads on by --continue, by --abort and by another run from every moment', async () => {
    let moments = 0;
    for (const { root, at, signal } of stoppedAtEveryMoment(
      { action: 'write', act: 'SIGKILL' },
      freshProject,
    )) {
      moments += 1;
      expect(signal, `moment ${at}`).toBe('SIGKILL');
      const [forwards, backwards, another] = [copyOf(root), copyOf(root), copyOf(root)];
      if (readUnfinished(root) === undefined) {
        expect([before, after]).toContainEqual(ignoringRun(root));
      } else {
        expect(await continueProject(forwards, command)).toEqual({ state: 'done', saved: [] });
        expect(snapshot(forwards), `moment ${at}`).toEqual(after);
        expect(await abortProject(backwards, command)).toEqual({ state: 'undone', saved: [] });
        expect(snapshot(backwards), `moment ${at}`).toEqual(before);
      }
      await completes(another);
      expect(ignoringRun(another), `moment ${at}`).toEqual(after);
    }
    expect(moments).toBeGreaterThan(20);
  });

  it('loses no byte of what people edited before the next run', async () => {
    const stops = stoppedAtEveryMoment({ action: 'write', act: 'SIGKILL' }, freshProject);
    for (const { root, at } of stops) {
      if (readUnfinished(root) === undefined) continue;
      const edited = Object.keys(ignoringRun(root)).filter((key) => !/^\.scaffold\/|\/$/.test(key));
      for (const key of edited)
        appendFileSync(join(root, key.replace(/ \+x$/, '')), `edit of ${key}`);
      writeFileSync(join(root, 'mine.txt'), 'edit of mine.txt');
      for (const way of [continueProject, abortProject]) {
        const copy = copyOf(root);
        const { saved } = await way(copy, command);
        const found = Object.values(snapshot(copy)).join('\n');
        for (const key of [...edited, 'mine.txt'])
          expect(found, `moment ${at}`).toContain(`edit of ${key}`);
        for (const { copy: path } of saved) expect(existsSync(join(copy, path))).toBe(true);
        expect(existsSync(join(copy, '.scaffold/run'))).toBe(false);
      }
    }
  });

  it.each(['continue', 'abort'] as const)('leads on when --%s itself is killed', async (action) => {
    // Half of the changes are done.
    const half = freshProject();
    runChild(script, { action: 'write', act: 'SIGKILL', root: half, at: 19 });
    expect(readUnfinished(half)?.stage).toBe('applying');

    for (const { root, at } of stoppedAtEveryMoment({ action, act: 'SIGKILL' }, () =>
      copyOf(half),
    )) {
      if (readUnfinished(root) === undefined) {
        await completes(root);
        expect(ignoringRun(root)).toEqual(after);
        continue;
      }
      const isUndoing = readUnfinished(root)?.stage === 'undoing';
      const [forwards, backwards] = [copyOf(root), copyOf(root)];
      await continueProject(forwards, command);
      expect(snapshot(forwards), `moment ${at}`).toEqual(isUndoing ? before : after);
      await abortProject(backwards, command);
      expect(snapshot(backwards), `moment ${at}`).toEqual(before);
    }
  });

  it('keeps a run that waits for conflicts, in whichever moment it was killed', async () => {
    const order = { action: 'write-and-wait', act: 'SIGKILL' } as const;
    for (const { root, at } of stoppedAtEveryMoment(order, freshProject)) {
      if (readUnfinished(root) === undefined) continue;
      const [forwards, backwards] = [copyOf(root), copyOf(root)];
      if (readUnfinished(root)?.stage === 'applying') {
        expect((await continueProject(forwards, command)).state, `moment ${at}`).toBe('waiting');
      }
      expect(readUnfinished(forwards)).toMatchObject({ stage: 'waiting', pause: ['cmd/main.go'] });
      expect(ignoringRun(forwards)).toMatchObject(paused);
      await expect(writeProject(request(forwards))).rejects.toMatchObject({ exitCode: 3 });
      expect((await continueProject(forwards, command)).state).toBe('done');
      expect(snapshot(forwards)).toEqual(after);
      await abortProject(backwards, command);
      expect(snapshot(backwards)).toEqual(before);
    }
  });
});

describe('Ctrl-C while a project is changed', () => {
  it('leaves the project as it was, or complete once the lock is in place', () => {
    const order = { action: 'write', act: 'SIGINT' } as const;
    const seen = new Set<string>();
    for (const { root, at } of stoppedAtEveryMoment(order, freshProject)) {
      const found = snapshot(root);
      expect([before, after], `moment ${at}`).toContainEqual(found);
      seen.add(found['.scaffold/lock.json'] ?? '');
    }
    expect([...seen].sort()).toEqual(['{"lock":1}\n', '{"lock":2}\n']);
  });
});

describe.each([
  { target: 'a new folder', prepare: freshRoot },
  {
    target: 'an empty repository',
    prepare: () => {
      const root = freshRoot();
      writeTree(root, { '.git/HEAD': 'ref: refs/heads/main\n' });
      return root;
    },
  },
])('a new project in $target', ({ prepare }) => {
  const made = (root: string): unknown => snapshot(root, ['.git', '.scaffold/run']);

  it('is there whole or not at all after Ctrl-C at any moment', () => {
    const states = new Set<number>();
    for (const { root, at } of stoppedAtEveryMoment({ action: 'create', act: 'SIGINT' }, prepare)) {
      const found = existsSync(root) ? snapshot(root, ['.git']) : {};
      expect([{}, after], `moment ${at}`).toContainEqual(found);
      states.add(Object.keys(found).length);
      expect(readdirSync(folder).filter((name) => name.includes('.scaffold'))).toEqual([]);
    }
    expect(states.size).toBe(2);
  });

  it('is there whole after the run that follows kill -9 at any moment', async () => {
    for (const { root, at } of stoppedAtEveryMoment(
      { action: 'create', act: 'SIGKILL' },
      prepare,
    )) {
      if (existsSync(root)) await repairProject(root, command);
      const isMade = existsSync(root) && Object.keys(made(root) as object).length > 0;
      if (isMade) {
        await expect(createProject(newRequest(root))).rejects.toMatchObject({ exitCode: 2 });
      } else {
        await createProject(newRequest(root));
      }
      expect(made(root), `moment ${at}`).toEqual(after);
      expect(readdirSync(folder).filter((name) => name.includes('.scaffold'))).toEqual([]);
    }
  });
});
