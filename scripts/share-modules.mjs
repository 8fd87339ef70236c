import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * What commands need in common, for one file instead of dozens: a bundler cuts along who shares what with whom, and
 * Node takes half a millisecond to find, read and run each piece.
 *
 * @typedef {{ readonly modules: readonly string[], readonly entries: readonly string[] }} Shared modules, and those
 *   that are loaded later and load them all: because they need most of them, or come after one that has loaded them
 *
 * @param {import('esbuild').Metafile['inputs']} inputs of a build without this
 * @param {string} start module that loads the commands
 * @param {readonly (readonly string[])[]} groups of modules whose common part is loaded as one, the widest first
 * @returns {readonly Shared[]}
 */
export function findShared(inputs, start, groups) {
  const own = closure(inputs, start);
  const later = Object.entries(inputs).flatMap(([from, { imports }]) =>
    imports.flatMap(({ path, kind }) =>
      kind === 'dynamic-import' && path in inputs && path !== start ? [{ from, path }] : [],
    ),
  );
  const taken = new Set(own);
  return groups.map((commands, index) => {
    const needs = commands.map((command) => closure(inputs, command));
    const modules = [...(needs[0] ?? [])].filter(
      (path) =>
        path.startsWith('src/') && !taken.has(path) && needs.every((needed) => needed.has(path)),
    );
    for (const path of modules) taken.add(path);
    const needsMost = (path) => {
      const needed = closure(inputs, path);
      return modules.filter((module) => needed.has(module)).length * 2 >= modules.length;
    };
    const entries = later
      .filter(({ from, path }) => needsMost(path) || (index === 0 && !own.has(from)))
      .map(({ path }) => path);
    return { modules, entries: [...new Set(entries)] };
  });
}

/**
 * @param {import('esbuild').Metafile['inputs']} inputs
 * @param {string} start
 * @returns {ReadonlySet<string>} what is loaded with it
 */
function closure(inputs, start) {
  const found = new Set();
  const visit = (path) => {
    if (found.has(path)) return;
    found.add(path);
    for (const { path: next, kind } of inputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && next in inputs) visit(next);
    }
  };
  visit(start);
  return found;
}

/**
 * Makes modules load what they share, so that it is cut no further.
 *
 * @param {string} root
 * @param {ReturnType<typeof findShared>} shared
 * @param {(text: string) => string} change what else is done to the text of a module
 * @returns {import('esbuild').Plugin}
 */
export function shareModules(root, shared, change) {
  const importsOf = (path) =>
    shared.flatMap(({ entries }, index) =>
      entries.some((entry) => join(root, entry) === path) ? [`import 'shared:${index}';`] : [],
    );
  return {
    name: 'share-modules',
    setup(plugin) {
      plugin.onResolve({ filter: /^shared:/ }, ({ path }) => ({
        path: path.slice('shared:'.length),
        namespace: 'shared',
        sideEffects: true,
      }));
      plugin.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => ({
        // Nothing is asked of them: the imports go, and files are cut as if they were there.
        contents: (shared[Number(path)]?.modules ?? [])
          .map((module) => `import ${JSON.stringify(join(root, module))};`)
          .join('\n'),
        resolveDir: root,
        loader: 'js',
      }));
      plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
        const imports = importsOf(path);
        if (imports.length === 0) return undefined;
        const text = change(readFileSync(path, 'utf8'));
        return { contents: [text, ...imports].join('\n'), loader: 'ts' };
      });
    },
  };
}
