import { fileError } from '../io/file-error.js';
import { openHost } from '../io/host.js';
import { exitCodes, type ExitCode } from '../model/errors.js';
import { formatError } from '../report/error-text.js';
import { createStyle } from '../report/style.js';
import { asToolError, run } from './run.js';

/** Runs a command line on this machine. A result that nobody can read, since the disk is full, is no result. */
export async function start(argv: readonly string[], signal: AbortSignal): Promise<ExitCode> {
  const host = openHost(signal);
  const exitCode = await run(argv, host);
  const failure = await host.stdout.finish();
  if (failure === undefined || exitCode > exitCodes.environment) return exitCode;
  const error = asToolError(fileError(failure, 'write', 'standard output'), host);
  host.stderr.write(formatError(error, createStyle(host.stderr)));
  return error.exitCode;
}
