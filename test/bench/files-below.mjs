import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} root
 * @param {RegExp} wanted paths, with `/`
 * @returns {[path: string, text: string][]}
 */
export function filesBelow(root, wanted) {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => wanted.test(path) && statSync(join(root, path)).isFile())
    .map((path) => [path, readFileSync(join(root, path), 'utf8')]);
}
