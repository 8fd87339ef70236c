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
 * Loads all commands as one file, but for one: what each shares with each other would be cut into
 * dozens of small files, and Node takes a millisecond to find, read and link each.
 *
 * @param {string} folder of the commands
 * @param {string} apart name of the command that stays in a file of its own
 * @returns {import('esbuild').Plugin}
 */
export function groupCommands(folder, apart) {
  const loaders = readdirSync(folder)
    .filter((name) => /^(?:program.*|run)\.ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
  const names = loaders.flatMap((source) =>
    [...source.matchAll(/import\(\s*'\.\/([\w-]+)\.js'\s*\)/g)].map(([, name = '']) => name),
  );
  const grouped = [...new Set(names)].filter((name) => name !== apart).sort();
  return {
    name: 'group-commands',
    setup(plugin) {
      plugin.onResolve({ filter: /^\.\/[\w-]+\.js$/ }, ({ kind, path, importer }) => {
        const name = path.slice(2, -3);
        const isCommand = kind === 'dynamic-import' && importer.startsWith(folder);
        if (!isCommand || !grouped.includes(name)) return undefined;
        return { path: 'commands', namespace: 'grouped' };
      });
      plugin.onLoad({ filter: /.*/, namespace: 'grouped' }, () => ({
        contents: grouped.map((name) => `export * from './${name}.js';`).join('\n'),
        resolveDir: folder,
        loader: 'js',
      }));
    },
  };
}
