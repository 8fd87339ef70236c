import { realpathSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';

import { exitCodes, ToolError } from '../model/errors.js';
import { quote } from '../model/text.js';
import { findExecutable, type Environment } from './process.js';
import { findWhereabouts } from './whereabouts.js';

export type OutsideTool = {
  /** Absolute. */
  readonly file: string;
  /** Of PATH, what is neither relative nor inside the repository: what the tool itself may start. */
  readonly path: string;
};

/** As {@link searchOutsideTool}. @throws ToolError `tool-missing` (exit 6) where there is none */
export function findOutsideTool(
  name: string,
  env: Environment,
  inside: readonly string[],
): OutsideTool {
  const found = searchOutsideTool(name, env, inside);
  if (found !== undefined) return found;
  throw new ToolError({
    code: 'tool-missing',
    exitCode: exitCodes.environment,
    message: `${quote(name)} is not on PATH.`,
    hint: `Install it outside of this repository, in a folder that PATH names in full.`,
  });
}

/**
 * A program that a person installed: in an absolute folder of PATH, outside the repositories that are read, since
 * those may come from anywhere.
 *
 * @param inside folders that are read
 */
export function searchOutsideTool(
  name: string,
  env: Environment,
  inside: readonly string[],
): OutsideTool | undefined {
  const tops = inside.map((folder) => findWhereabouts(folder).top).flatMap(resolved);
  const isOutside = (path: string): boolean =>
    tops.every((top) => path !== top && !path.startsWith(top === sep ? sep : top + sep));
  const folders = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder) && resolved(folder).every(isOutside));
  for (const folder of folders) {
    const found = findExecutable(name, { PATH: folder });
    const [file] = found === undefined ? [] : resolved(found);
    if (file !== undefined && isOutside(file))
      return { file: join(folder, name), path: folders.join(delimiter) };
  }
  return undefined;
}

/** @returns nothing for what is not there */
function resolved(path: string): readonly string[] {
  try {
    return [realpathSync.native(path)];
  } catch {
    return [];
  }
}
