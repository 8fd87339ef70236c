import { join } from 'node:path';

import { lockPath } from '../model/lock.js';
import { readProjectFile } from './read-file.js';

/**
 * What the tool wrote into a folder, by path: git's ids of the contents. Empty where there is no record that can be
 * read; what is wrong with it is for commands that need it.
 */
export function readRecordedIds(root: string): ReadonlyMap<string, string> {
  try {
    const { files } = JSON.parse(
      readProjectFile(join(root, lockPath), lockPath).toString('utf8'),
    ) as {
      readonly files: readonly { readonly path: string; readonly id: string }[];
    };
    return new Map(files.map(({ path, id }) => [path, id]));
  } catch {
    return new Map();
  }
}
