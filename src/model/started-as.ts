import { basename, delimiter, dirname, relative, sep } from 'node:path';

/** How the tool is named where nothing is known about its start; the texts of hints are written with it. */
const WRITTEN = 'npx meshwright';

/**
 * The words with which a person can start the tool again in the same folder, as it was really started.
 *
 * @param script `process.argv[1]`: the program as it was found, links not followed
 */
export function startedAs(
  script: string,
  { cwd, path }: { readonly cwd: string; readonly path: string | undefined },
): string {
  const folder = dirname(script);
  const bin = `${sep}node_modules${sep}.bin`;
  if (folder.endsWith(bin)) {
    const home = folder.slice(0, -bin.length);
    // npx looks in the folders above; anywhere else it would ask the registry.
    const isFound = cwd === home || cwd.startsWith(`${home}${sep}`);
    if (isFound || home.includes(`${sep}_npx${sep}`)) return `npx ${basename(script)}`;
    const below = relative(cwd, script);
    return inShell(below.startsWith('..') ? script : below);
  }
  const isOnPath = (path ?? '').split(delimiter).includes(folder);
  if (isOnPath && !/\.[cm]?js$/.test(script)) return basename(script);
  return `node ${inShell(script)}`;
}

function inShell(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A hint of ours with the words that start the tool here. */
export function nameTool(hint: string, started: string): string {
  return hint.replaceAll(WRITTEN, () => started);
}
