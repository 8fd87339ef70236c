import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { fileError } from './file-error.js';
import { listWorkTree } from './git.js';
import { resolveRoot, statOrUndefined } from './inside.js';
import { readWorkingTree } from './working-tree.js';

const MAX_BYTES = 262_144;
const MAX_FILES = 5_000;
/** Folders of other people's code, for repos outside git. */
const FOREIGN = /(?:^|\/)(?:\.git|\.scaffold|node_modules|vendor|dist)(?:\/|$)/;

/** The texts of a repo's own files, by path: what git tracks or does not ignore; large ones left out. */
export function surveyTexts(folder: string): ReadonlyMap<string, string> {
  const root = resolveRoot(folder);
  const paths = (listWorkTree(root) ?? listFolder(root))
    .filter((path) => !FOREIGN.test(path) && isSmallFile(join(root, path)))
    .slice(0, MAX_FILES);
  return new Map(
    [...readWorkingTree(root, paths)].flatMap(([path, file]) =>
      file.kind === 'file' && file.side.text !== undefined ? [[path, file.side.text]] : [],
    ),
  );
}

function listFolder(root: string, below = ''): string[] {
  try {
    return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (FOREIGN.test(path)) return [];
      return entry.isDirectory() ? listFolder(root, path) : [path];
    });
  } catch (error) {
    throw fileError(error, 'read', below === '' ? root : below);
  }
}

function isSmallFile(path: string): boolean {
  const stat = statOrUndefined(path);
  return stat?.isFile() === true && stat.size <= MAX_BYTES;
}
