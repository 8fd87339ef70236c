import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { lockPath } from '../model/lock.js';

/**
 * What the tool wrote into a folder, by path: git's ids of the contents. Empty where there is no record that can be
 * read; what is wrong with it is for commands that need it.
 */
export function readRecordedIds(root: string): ReadonlyMap<string, string> {
  try {
    const { files } = JSON.parse(readFileSync(join(root, lockPath), 'utf8')) as {
      readonly files: readonly { readonly path: string; readonly id: string }[];
    };
    return new Map(files.map(({ path, id }) => [path, id]));
  } catch {
    return new Map();
  }
}
