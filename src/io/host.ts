import type { Catalog } from '../model/catalog.js';
import { startedAs } from '../model/started-as.js';
import { loadBuiltinCatalog } from './builtin.js';
import type { Prompts } from './prompts.js';
import { isInteractive, openOutput, type Output } from './terminal.js';

/** What a command sees of the machine it runs on. Tests pass their own. */
export type Host = {
  /** The result, and nothing else. */
  readonly stdout: Output;
  /** Progress, notes and errors. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** The words that start this tool again, as in `npx meshwright`. */
  readonly tool: string;
  /** True when a person can answer questions. */
  readonly isInteractive: boolean;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Milliseconds since some moment. */
  readonly now: () => number;
  /** The day, such as 2026-11-22, in UTC. */
  readonly today: () => string;
  readonly loadCatalog: () => Catalog;
  readonly loadPrompts: () => Promise<Prompts>;
};

/** The machine as it is. */
export function openHost(signal: AbortSignal): Host {
  const { env, stdin } = process;
  const stdout = openOutput(process.stdout, env);
  const stderr = openOutput(process.stderr, env);
  return {
    stdout,
    stderr,
    env,
    cwd: process.cwd(),
    tool: startedAs(process.argv[1] ?? '', { cwd: process.cwd(), path: env.PATH }),
    isInteractive: isInteractive(process, env),
    signal,
    now: () => performance.now(),
    today: () => new Date().toISOString().slice(0, 10),
    loadCatalog: loadBuiltinCatalog,
    loadPrompts: async () => {
      // stdout carries the result only; questions go there when nobody would see them otherwise.
      const output = stderr.isTerminal ? process.stderr : process.stdout;
      const streams = { input: stdin, output, signal };
      return env.TERM === 'dumb'
        ? (await import('./plain-prompts.js')).openPlainPrompts(streams)
        : (await import('./prompts.js')).openPrompts(streams);
    },
  };
}
