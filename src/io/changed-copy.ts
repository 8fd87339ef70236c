import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import type { Change } from './change.js';

/**
 * Lends a copy of a service's deploy/ in which changes are made already: kustomize reads files, and what is
 * about to be written is not there yet. Links are left out, since they could lead anywhere.
 *
 * @param use is given the root of the copy, which is removed afterwards
 */
export async function withChangedCopy<Result>(
  root: string,
  changes: readonly Change[],
  use: (copy: string) => Promise<Result>,
): Promise<Result> {
  const copy = mkdtempSync(join(tmpdir(), 'scaffold-deploy-'));
  try {
    const deploy = join(root, 'deploy');
    if (existsSync(deploy)) {
      cpSync(deploy, join(copy, 'deploy'), {
        recursive: true,
        filter: (path) => {
          const stat = lstatSync(path);
          return stat.isFile() || stat.isDirectory();
        },
      });
    }
    for (const change of changes) {
      if (!change.path.startsWith('deploy/')) continue;
      const full = join(copy, change.path);
      rmSync(full, { recursive: true, force: true });
      if (change.kind === 'delete') continue;
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, change.content);
    }
    return await use(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}
