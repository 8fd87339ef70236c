import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve } from 'node:path';

import { readText } from '../io/read-file.js';
import { parseGoMod } from '../stages/merge/go-mod-file.js';

const MAX_BYTES = 4 * 1_024 * 1_024;

function read(path: string): string | undefined {
  return readText(path, { maxBytes: MAX_BYTES, name: path });
}

/** A go.work file that the go command finds from the project, and whether it lists the project. */
export type GoWorkspace = { readonly path: string; readonly isMember: boolean };

/** Looks for go.work in the project and above it, as the go command does without GOWORK. */
export function findWorkspace(root: string): GoWorkspace | undefined {
  for (let folder = resolve(root); ; folder = dirname(folder)) {
    const path = join(folder, 'go.work');
    const text = read(path);
    if (text !== undefined) return { path, isMember: lists(text, folder, resolve(root)) };
    if (dirname(folder) === folder) return undefined;
  }
}

function lists(text: string, folder: string, root: string): boolean {
  return parseGoMod(text).some(({ verb, words: [path = ''] }) => {
    return verb === 'use' && relative(isAbsolute(path) ? path : join(folder, path), root) === '';
  });
}

/** Whether the project carries its modules in vendor/. */
export function isVendored(root: string): boolean {
  return existsSync(join(root, 'vendor/modules.txt'));
}

/**
 * The first requirement in which vendor/ and go.mod differ, as the go command compares them before it builds.
 *
 * @returns undefined without vendor/, and when both agree
 */
export function findVendoringGap(root: string): string | undefined {
  const [vendored, goMod] = [read(join(root, 'vendor/modules.txt')), read(join(root, 'go.mod'))];
  if (vendored === undefined || goMod === undefined) return undefined;
  const explicit = [...vendored.matchAll(/^# (\S+ v\S+).*\n## explicit/gm)].map(([, name]) => name);
  const required = parseGoMod(goMod)
    .filter(({ verb }) => verb === 'require')
    .map(({ words }) => words.join(' '));
  return (
    required.find((name) => !explicit.includes(name)) ??
    explicit.find((name) => name !== undefined && !required.includes(name))
  );
}

/** Whether a folder is there or can be made: the nearest one above it can be written. */
export function canMakeFolder(path: string): boolean {
  let folder = path;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    return statSync(folder).isDirectory();
  } catch {
    return false;
  }
}
