import { exitCodes, ToolError } from '../model/errors.js';
import { openProcesses } from './process.js';

const TIMEOUT_MS = 3_600_000;

/**
 * Runs this program once for each list of arguments, several at a time.
 *
 * @returns what each printed to standard output, in the order of the lists
 * @throws ToolError `worker-failed` (exit 6) when one could not be run to its end; 130 on Ctrl-C
 */
export async function runItself(
  argumentLists: readonly (readonly string[])[],
  options: {
    readonly jobs: number;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string | undefined>>;
    readonly signal: AbortSignal;
  },
): Promise<readonly string[]> {
  const processes = openProcesses();
  const outputs: string[] = argumentLists.map(() => '');
  const waiting = [...argumentLists.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, args] = next;
      outputs[index] = await runOne(args, { ...options, processes });
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, options.jobs) }, work));
    return outputs;
  } finally {
    processes.close();
  }
}

async function runOne(
  args: readonly string[],
  {
    processes,
    cwd,
    env,
    signal,
  }: Pick<Parameters<typeof runItself>[1], 'cwd' | 'env' | 'signal'> & {
    readonly processes: ReturnType<typeof openProcesses>;
  },
): Promise<string> {
  const lines: string[] = [];
  const [, program = ''] = process.argv;
  const { end, errors } = await processes.run(
    { file: process.execPath, args: [...process.execArgv, program, ...args], cwd, env },
    { timeoutMs: TIMEOUT_MS, signal, onLine: (line) => lines.push(line) },
  );
  if (end.kind === 'exited' && lines.length > 0) return lines.join('\n');
  throw new ToolError({
    code: end.kind === 'interrupted' ? 'interrupted' : 'worker-failed',
    exitCode: end.kind === 'interrupted' ? exitCodes.interrupted : exitCodes.environment,
    message: `a part of the run did not come to its end (${end.kind}). ${errors.trim()}`.trim(),
    hint: '--jobs 1 does all of it in one process.',
  });
}
