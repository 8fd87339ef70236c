import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Puts a program for Linux on x64 into a folder of its own, whole or not at all. What is there in that version is
 * left alone.
 *
 * @param {string} toolsFolder
 * @param {{ name: string, version: string, make: (work: string) => string }} program `make` fills an empty folder
 *   and returns the one below it that is to stay
 * @returns {boolean} whether it is there
 */
export function installFolder(toolsFolder, { name, version, make }) {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error(`install-tools: ${name} is for Linux on x64: not installed`);
    return false;
  }
  const folder = join(toolsFolder, name);
  const stamp = join(folder, 'version');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === version) return true;
  console.error(`install-tools: ${name} ${version}`);
  mkdirSync(toolsFolder, { recursive: true });
  const work = mkdtempSync(join(toolsFolder, `${name}-`));
  try {
    const made = make(work);
    writeFileSync(join(made, 'version'), version);
    rmSync(folder, { recursive: true, force: true });
    renameSync(made, folder);
    return true;
  } catch (error) {
    console.error(`install-tools: ${name} was not installed: ${error.message}`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
