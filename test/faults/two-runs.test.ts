import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createProject } from '../../src/io/new-project.js';
import { repairProject, writeProject } from '../../src/io/transaction.js';
import type { Order, Result } from './child.js';
import { buildChild, makeFolder, removeFolder, runChild, startChild } from './process.js';
import { after, before, newRequest, request } from './scenario.js';
import { snapshot, writeTree } from '../support/snapshot.js';

let folder: string;
let script: string;
let count = 0;

beforeAll(async () => {
  folder = makeFolder();
  script = await buildChild(folder);
});
afterAll(() => removeFolder(folder));

function freshRoot(): string {
  count += 1;
  return join(folder, `project ${count}`);
}

describe('two runs at once', () => {
  it.each(['write', 'create'] as const)(
    '%s: the second is refused by name of the first',
    async (action) => {
      const root = freshRoot();
      if (action === 'write') writeTree(root, before);
      const child = await startChild(script, { action, root, at: 5, act: 'stand-still' });
      const second =
        action === 'write' ? writeProject(request(root)) : createProject(newRequest(root));
      await expect(second).rejects.toMatchObject({
        exitCode: 6,
        code: 'already-running',
        message: `Another run is writing here: "scaffold test ${action}", process ${child.pid} on ${hostname()}.`,
      });
      child.stdin.write('go on\n');
      await once(child, 'exit');
      expect(snapshot(root)).toEqual(after);
    },
  );

  it('several heirs of a dead run: one writes', async () => {
    const root = freshRoot();
    writeTree(root, before);
    runChild(script, { action: 'write', root, at: 10, act: 'SIGKILL' });
    expect(lstatSync(join(root, '.scaffold/run/lock')).isSymbolicLink()).toBe(true);
    const heirs = Array.from({ length: 6 }, () => {
      const order: Order = { action: 'write', root };
      return spawn(process.execPath, [script, JSON.stringify(order)], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
    });
    const results = await Promise.all(
      heirs.map(async ({ stdout }) => JSON.parse(await text(stdout)) as Result),
    );
    expect(results.filter(({ outcome }) => outcome?.state === 'done')).toHaveLength(1);
    for (const { error } of results) {
      if (error !== undefined)
        expect(['already-running', 'changed-meanwhile']).toContain(error.code);
    }
    expect(snapshot(root)).toEqual(after);
  });

  it('several new runs: one makes the project', async () => {
    const root = freshRoot();
    const runs = Array.from({ length: 6 }, () =>
      spawn(process.execPath, [script, JSON.stringify({ action: 'create', root })], {
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    const results = await Promise.all(
      runs.map(async ({ stdout }) => JSON.parse(await text(stdout)) as Result),
    );
    expect(results.filter(({ outcome }) => outcome?.state === 'done')).toHaveLength(1);
    expect(snapshot(root)).toEqual(after);
    expect(readdirSync(folder).filter((name) => name.includes('.scaffold'))).toEqual([]);
  });

  it('a damaged lock is refused and says what to remove', async () => {
    const root = freshRoot();
    writeTree(root, before);
    mkdirSync(join(root, '.scaffold/run'));
    writeFileSync(join(root, '.scaffold/run/lock'), 'not ours');
    await expect(repairProject(root, { command: 'scaffold update' })).rejects.toMatchObject({
      code: 'already-running',
      hint: expect.stringContaining('.scaffold/run/lock') as string,
    });
  });
});
