import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What is measured, and what it is compared with: each call runs once and returns what that took.
 *
 * @typedef {{ readonly reference: () => number, readonly subject: () => number }} Pair
 *
 * @typedef {{
 *   readonly what: string,
 *   readonly limit: number,
 *   readonly turns?: number,
 *   readonly unit?: string,
 *   readonly prepare: (folder: string) => Pair | string,
 * }} Bench `prepare` returns a reason instead where the machine lacks something
 */

export const cli = join(import.meta.dirname, '../../dist/cli.js');

/** The reference of most: what Node itself needs. */
export const nothing = () => timed(() => run(process.execPath, ['-e', '0']));

/**
 * Runs to its end.
 *
 * @param {string} file
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, good?: readonly number[] }} [options] `good`: exit codes
 * @returns standard output
 * @throws Error with what it printed
 */
export function run(file, args, { cwd, env, good = [0] } = {}) {
  const ended = spawnSync(file, args, { cwd, env, encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (!good.includes(ended.status ?? -1)) {
    const shown = args.join(' ').slice(0, 200);
    throw new Error(`${file} ${shown}: exit ${ended.status}\n${ended.stderr}${ended.stdout}`);
  }
  return ended.stdout;
}

/**
 * @param {readonly string[]} args
 * @param {{ cwd?: string, good?: readonly number[] }} [options]
 */
export function scaffold(args, options) {
  return run(process.execPath, [cli, ...args], options);
}

/**
 * A service that nobody has edited, committed.
 *
 * @param {string} dir must not exist
 * @param {readonly string[]} flags
 */
export function makeService(dir, flags) {
  scaffold(['new', 'service', 'orders', '--yes', '--no-verify', '--dir', dir, ...flags]);
  commit(dir);
}

/** @param {string} cwd */
export function commit(cwd) {
  run('git', ['add', '-A'], { cwd });
  const names = ['-c', 'user.name=bench', '-c', 'user.email=bench@example.com'];
  run('git', [...names, 'commit', '-q', '-m', 'as it was'], { cwd });
}

/**
 * Times an action in a fresh copy of a repo; the copy is not timed.
 *
 * @param {string} template
 * @param {(copy: string) => void} action
 */
export function timedInCopy(template, action) {
  const copy = `${template}-copy`;
  cpSync(template, copy, { recursive: true });
  // Git looks at every file whose times it does not know; that is no part of the command.
  run('git', ['status', '--short'], { cwd: copy });
  try {
    return timed(() => action(copy));
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** @param {() => void} action @returns milliseconds */
export function timed(action) {
  const start = performance.now();
  action();
  return performance.now() - start;
}

/** @param {readonly number[]} values */
export function median(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
