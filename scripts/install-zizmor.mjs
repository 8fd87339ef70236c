/**
 * zizmor, which looks for weaknesses in workflows, from its wheel: it is written in Rust, and Python's registry
 * carries it built.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { installFolder } from './install-folder.mjs';

/** MIT. The hash of the wheel for Linux on x64. */
const zizmor = {
  version: '1.32.0',
  sha256: '84a6acb975accc13408786a2bd274b572537ca19c933ebbc13e78f3988562071',
};

/**
 * @param {string} toolsFolder
 * @returns {boolean} whether it is there
 */
export function installZizmor(toolsFolder) {
  return installFolder(toolsFolder, { name: 'zizmor', version: zizmor.version, make: fetchWheel });
}

/** @param {string} work an empty folder */
function fetchWheel(work) {
  const requirements = join(work, 'requirements.txt');
  const target = join(work, 'wheel');
  writeFileSync(requirements, `zizmor==${zizmor.version} --hash=sha256:${zizmor.sha256}\n`);
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  execFileSync(
    'python3',
    ['-m', 'pip', 'install', ...options, '--target', target, '-r', requirements],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return join(target, 'bin');
}
