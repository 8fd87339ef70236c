import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';

import { createBoundedOutput, createLineSplitter } from './bounded-output.js';
import { isSystemError } from './file-error.js';
import { startWatchdog, type Watchdog } from './watchdog.js';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Command = {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Environment;
};

export type ProcessOptions = {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Called for every line of standard output. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** Takes standard output as it comes, byte for byte; `output` then holds standard error only. */
  readonly onBytes?: ((bytes: Buffer) => void) | undefined;
  /** Standard input; it is empty by default. */
  readonly input?: string | undefined;
};

export type ProcessEnd =
  | { readonly kind: 'exited'; readonly code: number }
  /** Ended by a signal that was not ours. */
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'timed-out' }
  /** By our signal: Ctrl-C. */
  | { readonly kind: 'interrupted' }
  /** It could not be started at all: not there, not executable. */
  | { readonly kind: 'not-started'; readonly reason: string };

export type ProcessResult = {
  readonly end: ProcessEnd;
  /** Both outputs as they came, bounded. */
  readonly output: string;
  /** Standard error alone, bounded. */
  readonly errors: string;
  readonly durationMs: number;
};

export type Processes = {
  /** Runs a command to its end and reports how it ended; it never throws. */
  readonly run: (command: Command, options: ProcessOptions) => Promise<ProcessResult>;
  /** To be called when the last run is over. */
  readonly close: () => void;
};

/** From asking a group to end (SIGTERM) to ending it (SIGKILL). */
const GRACE_MS = 2_000;
/** From the end of a process to no longer waiting for the rest of its output. */
const DRAIN_MS = 500;

/**
 * Runs commands, each as a process group of its own, of which nothing is left behind: not after its time
 * is up, not on Ctrl-C, not when its first process ends before its children, and not when this process is
 * killed (watchdog.ts). A child that starts a session of its own escapes; the system has no means against it.
 */
export function openProcesses({ graceMs = GRACE_MS } = {}): Processes {
  let watchdog: Watchdog | undefined;
  return {
    run: (command, options) => {
      watchdog ??= startWatchdog();
      return runOne(command, options, { watchdog, graceMs });
    },
    close: () => watchdog?.close(),
  };
}

function runOne(
  command: Command,
  { timeoutMs, signal, onLine, onBytes, input }: ProcessOptions,
  { watchdog, graceMs }: { readonly watchdog: Watchdog; readonly graceMs: number },
): Promise<ProcessResult> {
  const started = performance.now();
  const output = createBoundedOutput();
  const errors = createBoundedOutput();
  const finish = (end: ProcessEnd): ProcessResult => ({
    end,
    output: output.text(),
    errors: errors.text(),
    durationMs: performance.now() - started,
  });
  if (signal.aborted) return Promise.resolve(finish({ kind: 'interrupted' }));

  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...command.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // It may end before it has read all of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    const group = child.pid;
    if (group !== undefined) watchdog.watch(group);
    const lines = createLineSplitter(onLine ?? (() => undefined));
    if (onBytes === undefined) {
      read(child.stdout, (text) => {
        output.append(text);
        lines.append(text);
      });
    } else {
      child.stdout.on('data', onBytes).on('error', () => undefined);
    }
    read(child.stderr, (text) => {
      output.append(text);
      errors.append(text);
    });

    let ourReason: 'timed-out' | 'interrupted' | undefined;
    let killTimer: NodeJS.Timeout | undefined;
    const stop = (reason: 'timed-out' | 'interrupted'): void => {
      if (ourReason !== undefined) return;
      ourReason = reason;
      signalGroup(group, 'SIGTERM');
      killTimer = setTimeout(() => signalGroup(group, 'SIGKILL'), graceMs);
    };
    const onAbort = (): void => stop('interrupted');
    const timer = setTimeout(() => stop('timed-out'), timeoutMs);
    signal.addEventListener('abort', onAbort);

    const settle = (end: ProcessEnd): void => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      signal.removeEventListener('abort', onAbort);
      lines.end();
      if (group !== undefined) watchdog.forget(group);
      resolve(finish(ourReason === undefined ? end : { kind: ourReason }));
    };
    child.once('error', (error) => {
      if (group === undefined) settle({ kind: 'not-started', reason: reasonOf(error) });
    });
    child.once('exit', (code, killedBy) => {
      // Whatever it started and left behind ends now; it also holds our pipes open.
      signalGroup(group, 'SIGKILL');
      const end: ProcessEnd =
        code === null
          ? { kind: 'killed', signal: killedBy ?? 'unknown' }
          : { kind: 'exited', code };
      const drain = setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
      }, DRAIN_MS);
      child.once('close', () => {
        clearTimeout(drain);
        settle(end);
      });
    });
  });
}

function read(stream: Readable, onText: (text: string) => void): void {
  stream.setEncoding('utf8').on('data', onText);
  stream.on('error', () => undefined); // the end of the process tells
}

function signalGroup(group: number | undefined, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (group === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? group : -group, signal);
  } catch (error) {
    // ESRCH: nothing is left of it. EPERM: what is left is no longer ours to end.
    if (!isSystemError(error)) throw error;
  }
}

function reasonOf(error: Error): string {
  if (!isSystemError(error)) return error.message;
  return error.code === 'ENOENT' ? 'not found' : error.message;
}

/** The first executable file of that name on PATH, or undefined. */
export function findExecutable(name: string, env: Environment): string | undefined {
  const folders = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
