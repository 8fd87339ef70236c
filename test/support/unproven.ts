import { createHash } from 'node:crypto';
import { posix } from 'node:path';

import type { Tree } from '../../src/model/tree.js';

/** What shapes the outcome of every file, and which no source imports. */
const CONFIGURATION = /^(?:\.prettierrc|eslint\.config|tsconfig|vitest\.config)/;
const IMPORT =
  /^(?:import|export)\s+(?<type>type\s)?[^'"=;]*?\bfrom\s+'(?<from>\.[^']+)'|\bimport(?:\s+|\()'(?<bare>\.[^']+)'/gm;
/** Sources that reach others in other ways than by an import. */
const READS_FILES = /node:(?:fs|child_process|worker_threads)|import\.meta/;

/** `types`: linting, for which imported types count. `values`: running, for which they do not. */
export type Needs = 'types' | 'values';

/**
 * Which files of many TypeScript trees are still to be linted or run: the outcome of one depends on its text,
 * on those that it imports, directly or not, and on the configuration. What has had all of them before, in
 * another tree, has been proven. A file that reads or starts others is always unproven.
 */
export class Unproven {
  readonly #known = new Set<string>();

  /** Paths of `tree` that match `pattern` and are unproven; they count as proven from now on. */
  take(tree: Tree, pattern: RegExp, needs: Needs): string[] {
    const configuration = [...tree].filter(([path]) => CONFIGURATION.test(path));
    return [...tree.keys()].filter((path) => {
      if (!pattern.test(path)) return false;
      const texts = closureOf(tree, path, needs).map((name) => [name, textOf(tree, name)]);
      const hash = createHash('sha256')
        .update(JSON.stringify([needs, path, texts, configuration]))
        .digest('hex');
      const isNew = !this.#known.has(hash);
      this.#known.add(hash);
      return isNew || texts.some(([, text]) => READS_FILES.test(text ?? ''));
    });
  }
}

/** `path` and what it imports of `tree`, directly or not, sorted. */
function closureOf(tree: Tree, path: string, needs: Needs): string[] {
  const closure = new Set<string>();
  const waiting = [path];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (closure.has(next)) continue;
    closure.add(next);
    for (const { groups: { type, from, bare } = {} } of textOf(tree, next).matchAll(IMPORT)) {
      if (type !== undefined && needs === 'values') continue;
      const name = from ?? bare ?? '';
      const imported = posix.join(posix.dirname(next), name);
      if (!tree.has(imported)) throw new Error(`${next} imports ${name}, which is not in the tree`);
      waiting.push(imported);
    }
  }
  return [...closure].sort();
}

function textOf(tree: Tree, path: string): string {
  return tree.get(path)?.text ?? '';
}
