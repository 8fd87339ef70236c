import { spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Runs before the tool: `require` of its files takes what V8 made of them when they were built, where this is the same
 * V8 on the same kind of machine. It is half of what a short run costs. Elsewhere, and where V8 refuses it, files are
 * compiled as ever.
 */
const loader = `
require = ((plain) => {
  let load;
  const open = () => {
    const { existsSync, readFileSync } = plain('node:fs');
    const { basename, dirname, join } = plain('node:path');
    const { v8 } = process.versions;
    const folder = join(__dirname, 'cache', v8 + '-' + process.platform + '-' + process.arch);
    if (!existsSync(folder)) return plain;
    const Module = plain('node:module');
    const { Script } = plain('node:vm');
    const read = (file) => {
      try {
        return readFileSync(file);
      } catch {
        return undefined;
      }
    };
    const from = (above) => (id) => {
      if (!id.startsWith('.')) return plain(id);
      const file = join(above, id);
      const known = Module._cache[file];
      if (known !== undefined) return known.exports;
      const cachedData = read(join(folder, basename(file).replace('.cjs', '.bin')));
      const module = new Module(file);
      module.filename = file;
      Module._cache[file] = module;
      const script = new Script(Module.wrap(readFileSync(file, 'utf8')), { filename: file, cachedData });
      const here = dirname(file);
      script.runInThisContext()(module.exports, from(here), module, file, here);
      module.loaded = true;
      return module.exports;
    };
    return from(__dirname);
  };
  return (id) => (load ??= open())(id);
})(require);
`;

/** @param {string} text of a CommonJS module with its first line */
export function withLoader(text) {
  const [first, ...rest] = text.split('\n');
  return [first, '"use strict";', loader.replaceAll(/\n */g, ' ').trim(), ...rest].join('\n');
}

/**
 * Makes what the loader looks for, with the Node that runs this. What other Nodes made of the same files stays.
 *
 * @param {string} root of the repository
 */
export function fillCodeCache(root) {
  const dist = join(root, 'dist');
  const { v8 } = process.versions;
  const folder = join(dist, 'cache', `${v8}-${process.platform}-${process.arch}`);
  rmSync(folder, { recursive: true, force: true });
  const env = { ...process.env };
  // Options are part of what V8 compares.
  delete env.NODE_OPTIONS;
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(root, 'scripts', 'fill-code-cache.mjs'), dist, folder],
    { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8', env },
  );
  // Without it the tool is slower, and no less right.
  if (status !== 0) console.warn(`no code cache: ${stderr.trim()}`);
  const files = new Set(readdirSync(join(dist, 'chunks')).map((name) => name.replace('.cjs', '')));
  for (const cache of status === 0 ? readdirSync(join(dist, 'cache')) : [])
    for (const name of readdirSync(join(dist, 'cache', cache)))
      if (!files.has(name.replace('.bin', ''))) rmSync(join(dist, 'cache', cache, name));
}
