import { spawn, type ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';

/** The built command. `npm run build` makes it; `npm run check` begins with that. */
export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export type Ended = {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs a program to its end. */
export async function execute(
  file: string,
  args: readonly string[],
  options: {
    readonly cwd: string;
    readonly env?: Readonly<Record<string, string | undefined>>;
    /** Called with what it has printed so far and the process, to interfere. */
    readonly onOutput?: (printed: string, child: ChildProcess) => void;
    /** Called once with the process, whose standard input is then a pipe that the caller writes to and ends. */
    readonly onInput?: (stdin: Writable, child: ChildProcess) => void;
  },
): Promise<Ended> {
  const child = spawn(file, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: [options.onInput === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const { stdin, stdout, stderr } = child;
  if (stdin !== null) options.onInput?.(stdin, child);
  const printed = { stdout: '', stderr: '' };
  for (const [name, stream] of Object.entries({ stdout, stderr })) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      printed[name as keyof typeof printed] += text;
      options.onOutput?.(printed.stdout + printed.stderr, child);
    });
  }
  return await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      resolve({ exitCode, ...printed });
    });
  });
}

/** Runs the built command line. */
export async function runCli(
  args: readonly string[],
  options: Parameters<typeof execute>[2],
): Promise<Ended> {
  return await execute(process.execPath, [cli, ...args], options);
}
