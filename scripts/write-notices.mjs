import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from './bundle.mjs';

/**
 * Collects the licences of the packages whose code the bundle carries.
 *
 * @param {import('esbuild').Metafile} metafile
 * @param {string} target
 */
export function writeNotices(metafile, target) {
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((input) => {
      const match = /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input);
      return match === null || match[1] === undefined ? [] : [match[1]];
    }),
  );
  const notices = [...packages].sort().map((name) => {
    const folder = join(root, 'node_modules', name);
    const { version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file !== undefined && existsSync(join(folder, file))
        ? readFileSync(join(folder, file), 'utf8')
        : license;
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  const head = 'This package contains code of the following packages.\n';
  writeFileSync(target, [head, ...notices].join(`\n${'-'.repeat(72)}\n\n`));
}
