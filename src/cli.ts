#!/usr/bin/env node
/** argv in, exit code out. Nothing is imported before `--version` has been answered. */

declare const __VERSION__: string;

const BUG = 70;
const INTERRUPTED = 130;

const [first, ...rest] = process.argv.slice(2);
if ((first === '--version' || first === '-V') && rest.length === 0) {
  process.stdout.write(`${__VERSION__}\n`);
} else {
  start();
}

function start(): void {
  // Stands until the command has ended: a process that runs dry in between has a bug.
  process.exitCode = BUG;
  const interruption = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (interruption.signal.aborted) process.exit(INTERRUPTED);
      interruption.abort();
    });
  }
  import('./commands/start.js')
    .then(async (commands) => await commands.start(process.argv.slice(2), interruption.signal))
    .then(
      (exitCode) => {
        process.exitCode = exitCode;
      },
      (error: unknown) => {
        process.stderr.write(`error: ${String(error)}\n`);
      },
    );
}
