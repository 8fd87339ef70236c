import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import type { Tree } from '../../src/model/tree.js';

/** Writes a rendered tree below a folder. */
export function writeTree(folder: string, tree: Tree): void {
  for (const [path, { text, mode }] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: Number.parseInt(mode, 8) });
  }
}
