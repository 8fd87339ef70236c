import { relative, resolve, sep } from 'node:path';

/** Where a command ran. Absolute paths. */
export type Whereabouts = {
  readonly cwd: string;
  /** Top folder of the repository around it, or `cwd`. */
  readonly top: string;
};

/** A path as people gave it, from the top of the repository; empty for the top itself. */
export function repositoryPath(given: string, { cwd, top }: Whereabouts): string {
  return given === '-' ? given : relative(top, resolve(cwd, given)).split(sep).join('/');
}

/**
 * What tells one upload to code scanning from others: the command, the folder that holds all that it looked at,
 * and the environment. It ends with a slash, so that all of it is the category.
 *
 * @param given paths as people gave them
 */
export function automationId(
  command: string,
  given: readonly string[],
  { where, env }: { readonly where: Whereabouts; readonly env: string | undefined },
): string {
  const [first = [], ...others] = given.map((path) =>
    repositoryPath(path, where)
      .split('/')
      .filter((part) => part !== ''),
  );
  const different = first.findIndex((part, index) => others.some((parts) => parts[index] !== part));
  const shared = different === -1 ? first : first.slice(0, different);
  const parts = ['meshwright', command, ...shared, ...(env === undefined ? [] : [`env=${env}`])];
  return `${parts.join('/')}/`;
}
