import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Puts precompiled templates and manifests in the place of the module that reads folders.
 *
 * @param {string} contents of the module
 * @returns {import('esbuild').Plugin}
 */
export function embedCatalog(contents) {
  return {
    name: 'embed-catalog',
    setup(plugin) {
      const { absWorkingDir: resolveDir } = plugin.initialOptions;
      plugin.onLoad({ filter: /src[\\/]io[\\/]builtin\.ts$/ }, () => ({
        contents,
        resolveDir,
        loader: 'js',
      }));
    },
  };
}

/**
 * `import { z }` is a namespace that would keep all of zod, its forty languages included (450 kB).
 *
 * @type {import('esbuild').Plugin}
 */
export const shakeZod = {
  name: 'shake-zod',
  setup(plugin) {
    plugin.onLoad({ filter: /src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(
        /^import \{ z \} from 'zod';$/m,
        "import * as z from 'zod';",
      ),
      loader: 'ts',
    }));
  },
};

/**
 * Loads the commands that one file of the program declares as one file: what each shares with each other
 * would be cut into dozens of small files, and Node takes half a millisecond to find, read and run each.
 *
 * @param {string} folder of the commands
 * @param {string} apart name of the command that stays in a file of its own
 * @returns {import('esbuild').Plugin}
 */
export function groupCommands(folder, apart) {
  const groups = new Map();
  for (const file of readdirSync(folder).filter((name) => /^program.*\.ts$/.test(name))) {
    const source = readFileSync(join(folder, file), 'utf8');
    for (const [, name] of source.matchAll(/import\(\s*'\.\/([\w-]+)\.js'\s*\)/g)) {
      if (name !== apart) groups.set(name, file.replace('program', 'commands').slice(0, -3));
    }
  }
  return {
    name: 'group-commands',
    setup(plugin) {
      plugin.onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ kind, path, importer }) => {
        const group = groups.get(path.slice(2, -3));
        const isCommand = kind === 'dynamic-import' && importer.startsWith(folder);
        return isCommand && group !== undefined ? { path: group, namespace: 'grouped' } : undefined;
      });
      plugin.onLoad({ filter: /.*/, namespace: 'grouped' }, ({ path }) => ({
        contents: [...groups]
          .filter(([, group]) => group === path)
          .map(([name]) => `export * from './${name}.js';`)
          .join('\n'),
        resolveDir: folder,
        loader: 'js',
      }));
    },
  };
}
