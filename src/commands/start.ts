import { openHost } from '../io/host.js';
import type { ExitCode } from '../model/errors.js';
import { run } from './run.js';

/** Runs a command line on this machine. */
export async function start(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  return await run(argv, openHost(signal));
}
