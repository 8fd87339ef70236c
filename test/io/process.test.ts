import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';

import { type Command, findExecutable, openProcesses } from '../../src/io/process.js';

const folder = mkdtempSync(join(tmpdir(), 'scaffold process '));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function shell(script: string): Command {
  return { file: '/bin/sh', args: ['-c', script], cwd: folder, env: process.env };
}

const never = new AbortController().signal;
const soon = { timeoutMs: 60_000, signal: never };

/** A process that ignores SIGTERM and has a child that does, too; it prints both ids. */
const stubborn = `trap '' TERM; (trap '' TERM; while :; do sleep 1; done) & echo $$ $!; while :; do sleep 1; done`;

/** Waits until a process is no more: its end is announced by nothing that we could wait for. */
async function ends(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    if (isZombie(pid)) return;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function isZombie(pid: number): boolean {
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

describe('a command', () => {
  it('gives its code and both outputs', async () => {
    const processes = openProcesses();
    const result = await processes.run(shell('echo out; echo err >&2; exit 3'), soon);
    processes.close();
    expect(result.end).toEqual({ kind: 'exited', code: 3 });
    expect(result.output.split('\n').sort()).toEqual(['', 'err', 'out']);
  });

  it('gives lines of standard output as they come, the last without an end too', async () => {
    const lines: string[] = [];
    const processes = openProcesses();
    await processes.run(shell(`printf 'a\\r\\nb\\n\\nc'; echo no >&2`), {
      ...soon,
      onLine: (line) => lines.push(line),
    });
    processes.close();
    expect(lines).toEqual(['a', 'b', '', 'c']);
  });

  it('that prints without end is kept in bounds', async () => {
    const processes = openProcesses();
    const { output } = await processes.run(shell('yes x | head -c 3000000; echo last'), soon);
    processes.close();
    expect(output.length).toBeLessThan(300_000);
    expect(output).toMatch(/characters left out/);
    expect(output.endsWith('last\n')).toBe(true);
  });

  it('that is not there is told from one that fails', async () => {
    const processes = openProcesses();
    const command = { ...shell(''), file: 'no-such-tool-anywhere' };
    const { end } = await processes.run(command, soon);
    processes.close();
    expect(end).toEqual({ kind: 'not-started', reason: 'not found' });
  });

  it('that was killed by somebody is told', async () => {
    const processes = openProcesses();
    const { end } = await processes.run(shell('kill -SEGV $$'), soon);
    processes.close();
    expect(end).toEqual({ kind: 'killed', signal: 'SIGSEGV' });
  });
});

describe('nothing is left', () => {
  it.each([
    ['when its time is up', { timeoutMs: 1, isAborted: false }, 'timed-out'],
    ['on Ctrl-C', { timeoutMs: 60_000, isAborted: true }, 'interrupted'],
  ] as const)('%s', async (_name, { timeoutMs, isAborted }, kind) => {
    const processes = openProcesses({ graceMs: 50 });
    const controller = new AbortController();
    let pids: number[] = [];
    const { end } = await processes.run(shell(stubborn), {
      timeoutMs,
      signal: controller.signal,
      onLine: (line) => {
        pids = line.split(' ').map(Number);
        if (isAborted) controller.abort();
      },
    });
    processes.close();
    expect(end).toEqual({ kind });
    // Time can be up before the first line.
    expect(pids).toHaveLength(isAborted ? 2 : pids.length);
    await Promise.all(pids.map(ends));
  });

  it('when the first process ends before its children', async () => {
    const processes = openProcesses();
    const lines: string[] = [];
    const { end } = await processes.run(
      shell(`(trap '' TERM; while :; do sleep 1; done) & echo $!`),
      {
        ...soon,
        onLine: (line) => lines.push(line),
      },
    );
    processes.close();
    expect(end).toEqual({ kind: 'exited', code: 0 });
    await ends(Number(lines[0]));
  });

  it('when this process itself is killed', async () => {
    const script = join(folder, 'parent.mjs');
    await build({
      stdin: {
        contents: `
          import { openProcesses } from '${join(import.meta.dirname, '../../src/io/process.ts')}';
          const command = { file: '/bin/sh', args: ['-c', process.argv[2]], cwd: '/', env: process.env };
          await openProcesses().run(command, {
            timeoutMs: 600_000,
            signal: new AbortController().signal,
            onLine: (line) => console.log(line),
          });`,
        resolveDir: import.meta.dirname,
      },
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      logLevel: 'silent',
    });
    const parent = spawn(process.execPath, [script, stubborn], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface(parent.stdout), 'line')) as [string];
    parent.kill('SIGKILL');
    await Promise.all(line.split(' ').map(Number).map(ends));
  });
});

describe('findExecutable', () => {
  it('finds what is on PATH and can run', () => {
    expect(findExecutable('sh', { PATH: '/nowhere::/bin' })).toBe('/bin/sh');
    expect(findExecutable('passwd', { PATH: '/etc' })).toBeUndefined();
    expect(findExecutable('sh', {})).toBeUndefined();
  });
});
