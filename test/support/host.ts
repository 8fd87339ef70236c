import type { Host } from '../../src/io/host.js';
import { openOutput, type Output } from '../../src/io/terminal.js';
import type { Prompts } from '../../src/io/prompts.js';
import type { Catalog } from '../../src/model/catalog.js';
import { smallCatalog } from './small-catalog.js';

/** A host in memory: what was printed can be read back. Prompts fail unless they are given. */
export function fakeHost(
  options: {
    readonly cwd?: string;
    readonly tool?: string;
    readonly env?: Readonly<Record<string, string>>;
    readonly catalog?: Catalog;
    readonly prompts?: Prompts;
    readonly columns?: number;
    readonly signal?: AbortSignal;
  } = {},
): Host & { readonly out: () => string; readonly err: () => string } {
  const { prompts, columns = 100, env = { PATH: process.env.PATH ?? '' } } = options;
  const stdout = memoryOutput(columns, env);
  const stderr = memoryOutput(columns, env);
  return {
    stdout,
    stderr,
    out: stdout.text,
    err: stderr.text,
    env,
    cwd: options.cwd ?? '/nowhere',
    tool: options.tool ?? 'npx meshwright',
    isInteractive: prompts !== undefined,
    signal: options.signal ?? new AbortController().signal,
    now: () => 0,
    today: () => '2026-11-22',
    loadCatalog: () => options.catalog ?? smallCatalog(),
    loadPrompts: async () => {
      if (prompts === undefined) throw new Error('nobody is there to be asked');
      return await Promise.resolve(prompts);
    },
  };
}

/** An output as on a machine, whose stream is a text. */
function memoryOutput(
  columns: number,
  env: Readonly<Record<string, string>>,
): Output & { readonly text: () => string } {
  let written = '';
  const stream = {
    write: (text: string) => {
      written += text;
      return true;
    },
    on: () => undefined,
    columns,
  };
  return { ...openOutput(stream, env), text: () => written };
}

/** Answers questions in order, by their message; fails on one it does not know and on answers nobody asked for. */
export function scriptedPrompts(
  answers: Readonly<Record<string, string | readonly string[]>>,
): Prompts & {
  readonly unused: () => readonly string[];
} {
  const left = new Map(Object.entries(answers));
  const take = (message: string): string | readonly string[] => {
    const key = [...left.keys()].find((start) => message.startsWith(start));
    if (key === undefined) throw new Error(`nobody answers "${message}"`);
    const answer = left.get(key) ?? '';
    left.delete(key);
    return answer;
  };
  return {
    askText: async ({ message, findProblem }) => {
      const answer = String(take(message));
      const problem = findProblem(answer);
      if (problem !== undefined) throw new Error(`${message}: ${problem}`);
      return await Promise.resolve(answer);
    },
    askOne: async ({ message, choices }) => {
      const answer = String(take(message));
      if (!choices.some(({ value }) => value === answer))
        throw new Error(`${message}: no choice ${answer}`);
      return await Promise.resolve(answer);
    },
    askSeveral: async ({ message, choices }) => {
      const answer = take(message);
      const list = typeof answer === 'string' ? [answer] : answer;
      for (const item of list) {
        if (!choices.some(({ value }) => value === item))
          throw new Error(`${message}: no choice ${item}`);
      }
      return await Promise.resolve(list);
    },
    unused: () => [...left.keys()],
  };
}
