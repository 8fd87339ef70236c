/**
 * Runs the commands that people run most, and keeps what V8 made of the tool's files: see code-cache.mjs.
 *
 *   node scripts/fill-code-cache.mjs DIST FOLDER
 */
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Script } from 'node:vm';

/** Of smaller files, and of those that few runs load, it is not worth what it adds to the package. */
const MIN_LENGTH = 4_096;
const RARE = /[/\\](?:yaml|esm|diff|typescript|go)-\w+\.cjs$/;

const [dist = '', folder = ''] = process.argv.slice(2);
const chunks = join(dist, 'chunks');
const scripts = new Map();

Module.prototype._compile = function (text, filename) {
  const script = new Script(Module.wrap(text), { filename });
  if (filename.startsWith(chunks) && text.length >= MIN_LENGTH && !RARE.test(filename))
    scripts.set(filename, script);
  const run = script.runInThisContext();
  return run(this.exports, (id) => this.require(id), this, filename, dirname(filename));
};

const [start = ''] =
  /chunks\/start-\w+\.cjs/.exec(readFileSync(join(dist, 'cli.js'), 'utf8')) ?? [];
const commands = createRequire(import.meta.url)(join(dist, start));
const { signal } = new globalThis.AbortController();
const work = mkdtempSync(join(realpathSync(tmpdir()), 'code-cache-'));
try {
  process.chdir(work);
  await run('new service orders --language go --with retry,mesh-ready --yes --no-verify');
  await run('new service stock --all --yes --no-verify');
  process.chdir('orders');
  await run('check');
  await run('drift');
  await run('add capability circuit-breaker --no-verify --allow-dirty');
  await run('update --no-verify --allow-dirty');
} finally {
  process.chdir(dist);
  rmSync(work, { recursive: true, force: true });
}
mkdirSync(folder, { recursive: true });
for (const [file, script] of scripts)
  writeFileSync(join(folder, basename(file).replace('.cjs', '.bin')), script.createCachedData());
// A command may leave a process or a timer behind.
process.exit(0);

/** @param {string} line */
async function run(line) {
  const exitCode = await commands.start(line.split(' '), signal);
  if (exitCode !== 0) throw new Error(`scaffold ${line}: exit ${exitCode}`);
}
