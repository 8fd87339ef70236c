import { dirname, join, relative } from 'node:path/posix';

import type { Adoption } from '../model/adoption.js';
import type { Tree } from '../model/tree.js';

/** How a language refers from file to file, and where our folders lie in a service made by hand. */
export type Moving = {
  readonly adopt: Adoption;
  readonly module: string;
  /** Paths of all files that move, as they are in a service that the tool makes. */
  readonly moved: ReadonlySet<string>;
};

/** Puts our code in a service made by hand into folders of its own, so that it meets none that is there. */
export function moveTree(tree: Tree, moving: Moving): Tree {
  const folders = new Set([...moving.moved].map((path) => dirname(path)));
  return new Map(
    [...tree]
      .map(([path, file]) => {
        const to = movePath(path, moving);
        const was = file.was.map((old) => movePrefix(old, moving.adopt.moves));
        const text = refer(file.text, { from: path, to, moving, folders });
        return [to, { ...file, was, text }] as const;
      })
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function movePath(path: string, { adopt, moved }: Moving): string {
  return moved.has(path) ? movePrefix(path, adopt.moves) : path;
}

function movePrefix(path: string, moves: Adoption['moves']): string {
  const found = Object.entries(moves).find(([from]) => path.startsWith(from));
  return found === undefined ? path : found[1] + path.slice(found[0].length);
}

/** The text of a file that went from one path to another, with what it refers to where that is now. */
function refer(
  text: string,
  {
    from,
    to,
    moving: { adopt, module, moved },
    folders,
  }: {
    readonly from: string;
    readonly to: string;
    readonly moving: Moving;
    readonly folders: ReadonlySet<string>;
  },
): string {
  const pattern = adopt.reference.replace('{module}', escape(module));
  return text.replaceAll(new RegExp(pattern, 'g'), (whole: string, target: string) => {
    const isRelative = target.startsWith('.');
    const old = isRelative ? join(dirname(from), target) : target;
    const isOurs = moved.has(old) || folders.has(old);
    const now = isOurs ? movePrefix(old, adopt.moves) : old;
    if (!isRelative) return whole.replace(target, now);
    const path = relative(dirname(to), now);
    return whole.replace(target, path.startsWith('.') ? path : `./${path}`);
  });
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
