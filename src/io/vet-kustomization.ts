import { existsSync, realpathSync, statSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { kustomizationNames } from '../manifests/kustomize.js';
import { kustomizationTargets } from '../manifests/kustomization-targets.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import { boundaryOf } from './kustomization-files.js';
import { quote } from '../model/text.js';
import { readText } from './read-file.js';

const MAX_BYTES = 1_048_576;
/** A tree that people wrote names fewer files and folders. */
const MAX_TARGETS = 10_000;

/**
 * What kustomize would fetch if it built a folder, and where it would leave the repository: URLs, git repositories and
 * folders that its kustomization names, or one that it leads to, outside of the checked folder too. Nothing is run or
 * fetched to find out.
 *
 * @param folder of the kustomization, absolute
 * @param options.root absolute; problems name files relative to it
 * @param options.allowRemote what is remote may be fetched
 * @throws ToolError exit 2 or 6 as `readText`, for a kustomization that cannot be read
 */
export function vetKustomization(
  folder: string,
  { root, allowRemote }: { readonly root: string; readonly allowRemote: boolean },
): readonly DocumentProblem[] {
  const boundary = realpathSync.native(boundaryOf(root));
  const problems: DocumentProblem[] = [];
  const folders = new Set([folder]);
  for (const current of folders) {
    if (folders.size > MAX_TARGETS) {
      const message = `it leads to more than ${MAX_TARGETS} files and folders, so kustomize was not run.`;
      return [{ file: shownBelow(root, folder), line: 1, column: 1, message }];
    }
    for (const name of isFolder(current) ? kustomizationNames : []) {
      const path = join(current, name);
      const file = shownBelow(root, path);
      const text = readText(path, { maxBytes: MAX_BYTES, name: file });
      for (const found of text === undefined ? [] : kustomizationTargets(file, text)) {
        const { target, line, column } = found;
        const refuse = (message: string) => problems.push({ file, line, column, message });
        const below = join(current, target);
        if (found.isRemote) {
          if (!allowRemote) refuse(refusal(target));
        } else if (isFolder(below) && isOutside(below, boundary)) {
          refuse(`${quote(target)} is not in this repository.`);
        } else folders.add(below);
      }
    }
  }
  return problems;
}

function refusal(target: string): string {
  return `${target} is remote and was not fetched; --render --allow-remote lets kustomize fetch it.`;
}

function isOutside(path: string, boundary: string): boolean {
  const away = relative(boundary, realpathSync.native(path));
  return away === '..' || away.startsWith(`..${sep}`);
}

function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

function shownBelow(root: string, path: string): string {
  return relative(root, path).replaceAll(sep, '/');
}
