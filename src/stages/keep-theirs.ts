import type { Lock, LockFile } from '../model/lock.js';
import type { OurFile } from '../model/merge.js';
import type { RequestDocument } from '../model/request.js';
import type { Tree } from '../model/tree.js';

/** What `new` leaves of people's files in a repository that held some already. */
export type KeptFiles = {
  /** The tree without what they have at the same paths. */
  readonly tree: Tree;
  /** Their paths, as they are on disk. */
  readonly kept: readonly string[];
  /** Their .gitignore with our lines below theirs; undefined where it needs none of them. */
  readonly ignore: string | undefined;
};

const ignorePath = '.gitignore';

/**
 * Settles what is on disk before there is a service: people's files stay as they are, but for a .gitignore, which gets
 * the lines without which what tools make here would be committed.
 *
 * @param present paths on disk; another spelling of one of ours counts as the same file
 * @param ignore text of the .gitignore on disk
 */
export function keepTheirs(
  tree: Tree,
  present: readonly string[],
  ignore: string | undefined,
): KeptFiles {
  const theirs = new Map(present.map((path) => [path.toLowerCase(), path]));
  const kept = [...tree.keys()].flatMap((path) => theirs.get(path.toLowerCase()) ?? []);
  const ours = tree.get(ignorePath)?.text;
  return {
    tree: new Map([...tree].filter(([path]) => !theirs.has(path.toLowerCase()))),
    kept,
    ignore: ignore === undefined || ours === undefined ? undefined : addLines(ignore, ours),
  };
}

/** Lines that are missing, below theirs: in a .gitignore the last pattern that fits decides. */
function addLines(theirs: string, ours: string): string | undefined {
  const has = new Set(theirs.split('\n').map((line) => line.trim()));
  const missing = ours.split('\n').filter((line) => line !== '' && !has.has(line));
  if (missing.length === 0) return undefined;
  const gap = theirs === '' ? '' : theirs.endsWith('\n') ? '\n' : '\n\n';
  return `${theirs}${gap}# What the tools of this service make.\n${missing.join('\n')}\n`;
}

/** A lock that names people's files at our paths as theirs. */
export function recordKept(lock: Lock, kept: readonly LockFile[]): Lock {
  return { ...lock, files: [...lock.files, ...kept].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

/**
 * The wanted tree without the files that were people's before there was a service, as long as they are there: who
 * deletes one gets the template's. In an adopted service a file of theirs in the place of ours is a conflict.
 */
export function withoutKept(
  tree: Tree,
  lock: Lock,
  {
    ours,
    document,
  }: { readonly ours: ReadonlyMap<string, OurFile>; readonly document: RequestDocument },
): Tree {
  if (isAdopted(document)) return tree;
  const users = lock.files.filter(({ path, ownership }) => ownership === 'user' && ours.has(path));
  if (users.length === 0) return tree;
  const paths = new Set(users.map(({ path }) => path.toLowerCase()));
  const wanted = [...tree].filter(([path]) => !paths.has(path.toLowerCase()));
  return wanted.length === tree.size ? tree : new Map(wanted);
}

function isAdopted({ service }: RequestDocument): boolean {
  return typeof service === 'object' && service !== null && 'adopted' in service
    ? service.adopted === true
    : false;
}
