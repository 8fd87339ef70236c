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
 * @param {string} text of a module
 */
export function keepZod(text) {
  return text.replace(/^import \{ z \} from 'zod';$/m, "import * as z from 'zod';");
}

/** @type {import('esbuild').Plugin} */
export const shakeZod = {
  name: 'shake-zod',
  setup(plugin) {
    plugin.onLoad({ filter: /src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: keepZod(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};

/**
 * Loads the commands that one file of the program declares as one file: what each shares with each other
 * would be cut into dozens of small files, and Node takes half a millisecond to find, read and run each.
 *
 * @param {string} folder of the commands
 * @param {readonly string[]} apart names of the commands that have files of their own
 * @returns {import('esbuild').Plugin}
 */
export function groupCommands(folder, apart) {
  const groups = new Map();
  for (const file of readdirSync(folder).filter((name) => /^program.*\.ts$/.test(name))) {
    const source = readFileSync(join(folder, file), 'utf8');
    for (const [, name] of source.matchAll(/import\(\s*'\.\/([\w-]+)\.js'\s*\)/g)) {
      if (!apart.includes(name)) groups.set(name, file.replace('program', 'commands').slice(0, -3));
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

/**
 * Loads libraries when something of them is first called: most runs call nothing of them, and to load one takes
 * milliseconds. What is imported must be functions and classes, and no value may be an instance of a class that
 * only code outside the library makes.
 *
 * @param {string} source folder whose files import them
 * @param {Readonly<Record<string, string>>} libraries the file of each, by its name
 * @returns {import('esbuild').Plugin}
 */
export function lazyLibraries(source, libraries) {
  const names = new Map(Object.keys(libraries).map((library) => [library, new Set()]));
  for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join(source, file), 'utf8');
    for (const [, list = '', from = ''] of text.matchAll(/import \{([^}]*)\} from '([^']+)';/g)) {
      for (const name of list.split(',').map((part) => part.trim())) {
        if (name !== '' && !name.startsWith('type ')) names.get(from)?.add(name);
      }
    }
  }
  const namesOf = (library) => [...(names.get(library) ?? [])].sort();
  return {
    name: 'lazy-libraries',
    setup(plugin) {
      const { absWorkingDir: resolveDir } = plugin.initialOptions;
      plugin.onResolve({ filter: /./ }, ({ path, importer }) => {
        if (!(path in libraries) || !importer.startsWith(source)) return undefined;
        return { path, namespace: 'lazy' };
      });
      plugin.onResolve({ filter: /^whole:/ }, ({ path }) => ({
        path: path.slice('whole:'.length),
        namespace: 'whole',
      }));
      plugin.onLoad({ filter: /./, namespace: 'lazy' }, ({ path }) => ({
        // `requireLater` is for to-commonjs.mjs, which makes a call of require of it.
        contents: [
          `const library = () => requireLater(import('whole:${path}'));`,
          ...namesOf(path).map(
            (name) =>
              `export function ${name}(...given) { return new.target ? new (library().${name})(...given) : library().${name}(...given); }`,
          ),
        ].join('\n'),
        resolveDir,
        loader: 'js',
      }));
      plugin.onLoad({ filter: /./, namespace: 'whole' }, ({ path }) => ({
        contents: `export { ${namesOf(path).join(', ')} } from ${JSON.stringify(libraries[path])};`,
        resolveDir,
        loader: 'js',
      }));
    },
  };
}
