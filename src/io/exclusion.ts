import { posix } from 'node:path';

import { readData } from '../stages/parse-yaml.js';
import { ToolError } from '../model/errors.js';

/** Whether a path below a folder, or a folder above it, is to be left out. */
export type IsExcluded = (path: string) => boolean;

/**
 * Globs of files that are left out. One without a slash is a name at any depth; one of a folder leaves out all that is
 * in it. Paths may also begin with the folder as it was given.
 *
 * @param given the folder, as on the command line
 */
export async function loadExclusion(globs: readonly string[], given = '.'): Promise<IsExcluded> {
  if (globs.length === 0) return () => false;
  const { Minimatch } = await import('minimatch');
  const matchers = globs.map((glob) => {
    const pattern = glob.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    const matchBase = !pattern.includes('/');
    return new Minimatch(pattern, { dot: true, matchBase, nocomment: true, nonegate: true });
  });
  const matches = (path: string): boolean => matchers.some((matcher) => matcher.match(path));
  return (path) =>
    withFolders(path).some((part) => matches(part) || matches(posix.join(given, part)));
}

/** `a/b/c` gives `a`, `a/b` and itself. */
function withFolders(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** `check.exclude` of a declaration; what is wrong with it is said where the declaration is parsed. */
export function declaredExclusions(declaration: string | undefined): readonly string[] {
  if (declaration?.includes('exclude') !== true) return [];
  try {
    const { check } = readData(declaration, 'scaffold.yaml') as {
      readonly check?: { readonly exclude?: unknown } | null;
    };
    const globs = check?.exclude;
    return Array.isArray(globs) ? globs.filter((glob) => typeof glob === 'string') : [];
  } catch (error) {
    if (error instanceof ToolError || error instanceof TypeError) return [];
    throw error;
  }
}
