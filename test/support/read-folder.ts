import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Every file below a folder, by its path relative to it. */
export function readFolder(root: string, below = ''): Map<string, string> {
  const files = new Map<string, string>();
  for (const name of readdirSync(join(root, below)).sort()) {
    const path = below === '' ? name : `${below}/${name}`;
    if (statSync(join(root, path)).isDirectory()) {
      for (const [inner, text] of readFolder(root, path)) files.set(inner, text);
    } else {
      files.set(path, readFileSync(join(root, path), 'utf8'));
    }
  }
  return files;
}
