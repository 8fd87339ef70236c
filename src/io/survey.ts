import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { fileError } from './file-error.js';
import type { Git } from './git.js';
import { listWorkTree } from './git-files.js';
import type { HiddenFiles } from './hidden-files.js';
import { withHiddenFiles } from './hidden-working-tree.js';
import { resolveRoot, statOrUndefined } from './inside.js';
import { readWorkingTree } from './working-tree.js';

const MAX_BYTES = 262_144;
const MAX_FILES = 5_000;
/** Folders of other people's code, for repos outside git. */
const FOREIGN = /(?:^|\/)(?:\.git|\.scaffold|node_modules|vendor|dist)(?:\/|$)/;

/** The texts of a repo's own files, by path: what git tracks or does not ignore; large ones left out. */
export async function surveyTexts(
  git: Git,
  hidden: HiddenFiles,
): Promise<ReadonlyMap<string, string>> {
  const root = resolveRoot(git.root);
  const listed = ((await listWorkTree(git)) ?? listFolder(root)).filter(
    (path) => !FOREIGN.test(path),
  );
  const paths = listed.filter((path) => isSmallFile(join(root, path))).slice(0, MAX_FILES);
  const disk = readWorkingTree(root, paths);
  const files = await withHiddenFiles(disk, hidden, { paths: listed.slice(0, MAX_FILES) });
  return new Map(
    [...files].flatMap(([path, file]) => {
      const text = file.kind === 'file' ? file.side.text : undefined;
      return text === undefined || text.length > MAX_BYTES ? [] : [[path, text]];
    }),
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
