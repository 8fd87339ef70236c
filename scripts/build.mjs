/**
 * Builds dist/: commands loaded when they are called, templates parsed and manifests validated, no dependency left to install.
 * npm runs it as `prepare`, so that a fresh clone and a git dependency work after `npm install`.
 */
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

import { build } from 'esbuild';

import {
  embedCatalog,
  groupCommands,
  keepZod,
  lazyLibraries,
  shakeZod,
} from './bundle-plugins.mjs';
import { importTypeScript, root } from './bundle.mjs';
import { fillCodeCache, withLoader } from './code-cache.mjs';
import { compilePage } from './compile-page.mjs';
import { findParts } from './find-parts.mjs';
import { findShared, shareModules } from './share-modules.mjs';
import { requireNoCircles, toCommonJs } from './to-commonjs.mjs';
import { writeNotices } from './write-notices.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const dist = join(root, 'dist');

findParts(root);
await compileSchemas();
await compilePage(root);
const { compileCatalog } = await importTypeScript('scripts/compile-catalog.ts');
const catalog = compileCatalog(root);
const settings = {
  absWorkingDir: root,
  entryPoints: { cli: 'src/cli.ts' },
  outdir: dist,
  bundle: true,
  splitting: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  chunkNames: 'chunks/[name]-[hash]',
  // Node need not look for the package that a file with this ending belongs to.
  outExtension: { '.js': '.cjs' },
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
  logOverride: { 'ignored-bare-import': 'silent' },
  define: { __VERSION__: JSON.stringify(version) },
};
const plugins = [
  embedCatalog(catalog.module),
  groupCommands(join(root, 'src', 'commands'), ['new-service', 'drift', 'check']),
  shakeZod,
  lazyLibraries(join(root, 'src'), {
    // The same code as ES modules, of which only what is used ends up in the bundle.
    yaml: join(root, 'node_modules/yaml/browser/index.js'),
    diff: join(root, 'node_modules/diff/libesm/index.js'),
    'node-diff3': join(root, 'node_modules/node-diff3/dist/diff3.mjs'),
  }),
];
const { metafile } = await build({ ...settings, plugins });
const command = (name) => `src/commands/${name}.ts`;
const shared = findShared(metafile.inputs, command('start'), [
  [command('drift'), command('check')],
  [command('drift'), command('update')],
  [command('check'), command('explain')],
]);
const result = await build({
  ...settings,
  plugins: [shareModules(root, shared, keepZod), ...plugins],
});

mkdirSync(join(dist, 'catalog'), { recursive: true });
for (const [name, text] of catalog.files) writeFileSync(join(dist, 'catalog', name), text);
removeStale(
  join(dist, 'catalog'),
  new Set([...catalog.files.keys()].map((name) => join(dist, 'catalog', name))),
);

// Chunks are named by content: written first, they leave a run that is under way what it needs.
requireNoCircles(result.metafile.outputs);
const entry = join(dist, 'cli.cjs');
const chunks = result.outputFiles.filter(({ path }) => path !== entry);
mkdirSync(join(dist, 'chunks'), { recursive: true });
for (const { path, text } of chunks) writeFileSync(path, toCommonJs(text));
const { text: cli = '' } = result.outputFiles.find(({ path }) => path === entry) ?? {};
writeFileSync(join(dist, 'package.json'), '{"type":"commonjs"}\n');
writeFileSync(join(dist, 'cli.js'), withLoader(toCommonJs(cli)), { mode: 0o755 });
chmodSync(join(dist, 'cli.js'), 0o755);
removeStale(join(dist, 'chunks'), new Set(chunks.map(({ path }) => path)));
writeNotices(result.metafile, join(dist, 'THIRD-PARTY-NOTICES.txt'));
fillCodeCache(root);

/** Files of earlier builds. */
function removeStale(folder, current) {
  for (const name of readdirSync(folder)) {
    if (!current.has(join(folder, name))) rmSync(join(folder, name));
  }
}

/** The validators of Kubernetes and Istio manifests, from the schemas in this repository. */
async function compileSchemas() {
  if (!existsSync(join(root, 'scripts/compile-schemas.ts'))) return;
  const module = await importTypeScript('scripts/compile-schemas.ts');
  await module.compileSchemas(root);
}
