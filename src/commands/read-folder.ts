import { dirname, join, resolve as resolvePath } from 'node:path';

import { readCheckFiles } from '../io/check-files.js';
import type { Host } from '../io/host.js';
import { buildWithKustomize } from '../io/kustomize.js';
import { beyondPlain } from '../manifests/beyond-plain.js';
import type { DocumentProblem } from '../manifests/read-documents.js';
import { startingKustomization } from '../project/read-project.js';

/** One argument of `check`, with what is to be read of it. */
export type Folder = {
  /** As it was given. */
  readonly path: string;
  /** The folder that paths of files are relative to. */
  readonly root: string;
  readonly files: ReadonlyMap<string, string>;
  /** What kustomize made of a kustomization that is not plain. */
  readonly built: string | undefined;
  /** Files that cannot be read, and a build that failed. */
  readonly problems: readonly DocumentProblem[];
  /** What was left out because no kustomize is there. */
  readonly notes: readonly DocumentProblem[];
};

/**
 * Reads a folder, a file or standard input. Plain kustomizations are resolved by our own code later;
 * others by `kustomize build` where it is on PATH.
 *
 * @throws ToolError as `readCheckFiles`
 */
export async function readFolder(
  path: string,
  environment: string | undefined,
  host: Host,
): Promise<Folder> {
  const full = path === '-' ? path : resolvePath(host.cwd, path);
  const { files, problems, isFile } = readCheckFiles(full);
  const folder = {
    path,
    root: isFile ? dirname(full) : full,
    files,
    built: undefined,
    problems,
    notes: [],
  };
  const kustomization = startingKustomization(files, environment);
  if (kustomization === undefined || path === '-' || isFile) return folder;
  const beyond = beyondPlain(kustomization, files);
  if (beyond === undefined) return folder;
  const { env, signal } = host;
  const result = await buildWithKustomize(dirname(join(full, kustomization)), { env, signal });
  switch (result.kind) {
    case 'built':
      return { ...folder, built: result.text };
    case 'absent':
      return { ...folder, notes: [beyond] };
    case 'failed': {
      const problem = { file: kustomization, line: 1, column: 1, message: result.message };
      return { ...folder, problems: [...problems, problem] };
    }
  }
}
