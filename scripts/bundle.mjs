import { mkdtempSync, rmSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

import { build } from 'esbuild';

import { findParts } from './find-parts.mjs';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Where bundles of our own scripts stand for a moment: inside the package, so that imports resolve. */
const cache = join(root, 'node_modules', '.cache', 'meshwright');

/**
 * Imports a TypeScript module of this repository. Node 20 does not read TypeScript, so that scripts
 * written in it are bundled first.
 *
 * @param {string} path relative to the repository
 * @returns {Promise<any>} its exports
 */
export async function importTypeScript(path) {
  findParts(root);
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'script-'));
  const outfile = join(folder, 'script.mjs');
  try {
    await build({
      entryPoints: [join(root, path)],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node20.19',
      packages: 'external',
      logLevel: 'warning',
      plugins: [keepModuleUrls],
    });
    return await import(pathToFileURL(outfile).href);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Modules find files beside themselves by `import.meta.url`, which a bundle would move. */
const keepModuleUrls = {
  name: 'keep-module-urls',
  /** @param {import('esbuild').PluginBuild} plugin */
  setup(plugin) {
    plugin.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const { readFile } = await import('node:fs/promises');
      const source = await readFile(path, 'utf8');
      const url = JSON.stringify(pathToFileURL(path).href);
      // A line that is a text, of a script that writes a module, stays as it is.
      const contents = source.replaceAll(/^(?!\s*[`'"]).*$/gm, (line) =>
        line.replaceAll('import.meta.url', url),
      );
      return { contents, loader: 'ts' };
    });
  },
};
