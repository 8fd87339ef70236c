import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { findTool } from './deploy.js';

const run = promisify(execFile);

export type ToolRun = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs an installed Go program to its end. */
export async function runTool(
  name: string,
  args: readonly string[],
  cwd: string,
): Promise<ToolRun> {
  const path = findTool(name);
  if (path === undefined) throw new Error(`${name} is not installed`);
  try {
    const { stdout, stderr } = await run(path, args, { cwd, maxBuffer: 16 * 1_024 * 1_024 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

/** Puts the reason why tests are skipped into their name. */
export function needing(...names: readonly string[]): {
  readonly skip: boolean;
  readonly note: string;
} {
  const missing = names.filter((name) => findTool(name) === undefined);
  return {
    skip: missing.length > 0,
    note:
      missing.length === 0 ? '' : ` (needs ${missing.join(', ')}: node scripts/install-tools.mjs)`,
  };
}
