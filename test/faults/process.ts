import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { build } from 'esbuild';

import type { Order, Result } from './child.js';

/** Builds the child once a test file; the caller removes the folder. */
export async function buildChild(folder: string): Promise<string> {
  const script = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'child.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'silent',
  });
  return script;
}

export type Ended = { readonly signal: string | null; readonly result: Result | undefined };

/** Runs an order to its end. @throws when the child ended with an error of its own */
export function runChild(script: string, order: Order, shell = ''): Ended {
  const args = [script, JSON.stringify(order)];
  const ended =
    shell === ''
      ? spawnSync(process.execPath, args, { encoding: 'utf8' })
      : spawnSync('sh', ['-c', `${shell}; exec "$@"`, 'sh', process.execPath, ...args], {
          encoding: 'utf8',
        });
  if (ended.signal === null && ended.status !== 0) throw new Error(ended.stderr);
  return { signal: ended.signal, result: readResult(ended.stdout) };
}

/** Starts an order that stands still, and waits until it does. */
export async function startChild(
  script: string,
  order: Order,
): Promise<ChildProcessWithoutNullStreams> {
  const child = spawn(process.execPath, [script, JSON.stringify(order)]);
  await once(child.stdout, 'data');
  return child;
}

function readResult(stdout: string): Result | undefined {
  const line = stdout.trimEnd().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? (JSON.parse(line) as Result) : undefined;
}

export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'scaffold faults '));
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
}

/** Copies a folder with its hard links as they are. */
export function copyFolder(from: string, to: string): void {
  const copied = spawnSync('cp', ['-a', from, to], { encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(copied.stderr);
}
