/**
 * Runs one action on a project and, at the moment it is told, is killed, is interrupted, or says so and
 * waits for a line. Built and started by process.ts. Prints the outcome as JSON on its last line.
 */
import { closeSync, openSync } from 'node:fs';
import { once } from 'node:events';

import type { Outcome, RunOptions } from '../../src/io/change.js';
import { createProject } from '../../src/io/new-project.js';
import { abortProject, continueProject, writeProject } from '../../src/io/transaction.js';
import { ToolError } from '../../src/model/errors.js';
import { newRequest, request } from './scenario.js';

export type Order = {
  readonly action: 'create' | 'write' | 'write-and-wait' | 'continue' | 'abort';
  readonly root: string;
  /** Which moment to act at, from 0; none when left out. */
  readonly at?: number;
  readonly act?: 'SIGKILL' | 'SIGINT' | 'stand-still';
  /** Leave this process so many files that it may still open. */
  readonly spareFiles?: number;
};

export type Result = {
  readonly outcome?: Outcome;
  readonly error?: { readonly code: string; readonly exitCode: number; readonly message: string };
  readonly moments: number;
};

const order = JSON.parse(process.argv[2] ?? '') as Order;
const controller = new AbortController();
process.on('SIGINT', () => controller.abort());
let moments = 0;

const options: RunOptions = {
  command: `scaffold test ${order.action}`,
  signal: controller.signal,
  onStep: async () => {
    const isNow = moments === order.at;
    moments += 1;
    if (!isNow) return;
    if (order.act === 'stand-still') {
      process.stdout.write('standing still\n');
      await once(process.stdin, 'data');
      process.stdin.pause();
      return;
    }
    // Waiting for a signal alone does not keep a process alive.
    const alive = setInterval(() => undefined, 1_000);
    const heard = once(controller.signal, 'abort');
    process.kill(process.pid, order.act);
    await heard;
    clearInterval(alive);
  },
};

function run(): Promise<Outcome> {
  switch (order.action) {
    case 'create':
      return createProject({ ...newRequest(order.root), ...options });
    case 'write':
      return writeProject({ ...request(order.root), ...options });
    case 'write-and-wait':
      return writeProject({ ...request(order.root), ...options, pause: ['cmd/main.go'] });
    case 'continue':
      return continueProject(order.root, options);
    case 'abort':
      return abortProject(order.root, options);
  }
}

function exhaustFiles(spare: number): void {
  const files: number[] = [];
  try {
    for (;;) files.push(openSync('/dev/null', 'r'));
  } catch {
    for (const file of files.slice(0, spare)) closeSync(file);
  }
}

function print(result: Omit<Result, 'moments'>): void {
  process.stdout.write(`${JSON.stringify({ ...result, moments })}\n`);
}

if (order.spareFiles !== undefined) exhaustFiles(order.spareFiles);
run().then(
  (outcome) => print({ outcome }),
  (error: unknown) => {
    if (!(error instanceof ToolError)) throw error;
    print({ error: { code: error.code, exitCode: error.exitCode, message: error.message } });
  },
);
