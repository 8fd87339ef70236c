import { existsSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

import { exitCodes, ToolError } from '../model/errors.js';
import { kustomizationTargets } from '../manifests/kustomization-targets.js';
import {
  findKustomization,
  join as joinPaths,
  kustomizationNames,
} from '../manifests/kustomize.js';
import { readText } from './read-file.js';
import { findWhereabouts } from './whereabouts.js';

const MAX_BYTES = 4 * 1_048_576;
/** A tree that people wrote names fewer. */
const MAX_FILES = 10_000;
/** Where no repository says how far a kustomization may reach: `overlays/eu/prod` reads `../../../base`. */
const LEVELS_WITHOUT_REPOSITORY = 3;

/**
 * Adds what the kustomizations of a folder name and the folder does not hold, or not as manifests: bases above it, by
 * paths that begin with `../`, and files of any name that become patches or configuration. Nothing outside of the
 * repository is read, not through a link either, nor anything that is remote.
 *
 * @param root absolute; paths of `files` are relative to it
 */
export function addKustomizationFiles(
  root: string,
  files: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const queue = [...files.keys()].filter((path) => isKustomization(path));
  if (queue.length === 0) return files;
  const all = new Map(files);
  const within = boundaryOf(root);
  const add = (path: string): void => {
    const text = all.has(path) ? undefined : readWithin(root, path, within);
    if (text === undefined) return;
    all.set(path, text);
    if (isKustomization(path)) queue.push(path);
  };
  for (const path of queue) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    for (const { target, isRemote } of kustomizationTargets(path, all.get(path) ?? '')) {
      if (isRemote || all.size - files.size > MAX_FILES) continue;
      const named = joinPaths(folder, target.replace(/^[\w.-]+=/, ''));
      if (all.has(named) || findKustomization(named, all) !== undefined) continue;
      if (isFolder(join(root, named)))
        kustomizationNames.forEach((name) => add(joinPaths(named, name)));
      else add(named);
    }
  }
  return all;
}

/** The top of the repository around a folder, or a few folders up. */
export function boundaryOf(root: string): string {
  const { top } = findWhereabouts(root);
  if (existsSync(join(top, '.git'))) return top;
  let boundary = root;
  for (let level = 0; level < LEVELS_WITHOUT_REPOSITORY; level += 1) {
    const above = dirname(boundary);
    // The top of the file system holds everything.
    if (above === dirname(above)) break;
    boundary = above;
  }
  return boundary;
}

function readWithin(root: string, path: string, boundary: string): string | undefined {
  const full = resolve(root, path);
  if (!isFile(full)) return undefined;
  const real = realpathSync.native(full);
  const away = relative(realpathSync.native(boundary), real);
  if (away === '..' || away.startsWith(`..${sep}`) || away.split(sep).includes('.git'))
    return undefined;
  try {
    return readText(full, { maxBytes: MAX_BYTES, name: path });
  } catch (error) {
    // What is no text is no manifest either.
    if (error instanceof ToolError && error.exitCode === exitCodes.usage) return undefined;
    throw error;
  }
}

function isKustomization(path: string): boolean {
  return kustomizationNames.includes(path.slice(path.lastIndexOf('/') + 1));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}
