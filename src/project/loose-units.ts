import { addTo } from '../flow/selector.js';

/** Files that are checked together, and what they are called where others hold the same objects. */
export type LooseUnit = {
  /** Folder or file that tells it from its alternatives; empty for what has none. */
  readonly name: string;
  readonly paths: readonly string[];
  /**
   * Those of them that are alternatives too, and here only so that what others name is found: what is wrong with
   * them is said where they are not.
   */
  readonly lent: ReadonlySet<string>;
};

type Group = readonly Block[];

/** As many as a name can hold. */
const MAX_NAMED = 2;

function nameOf(group: Group): string {
  const named = group.slice(0, MAX_NAMED).map(({ name }) => name);
  const more = group.length - named.length;
  return more > 0 ? `${named.join(', ')} and ${more} more` : named.join(', ');
}

/** Files that all units share are read again for each; beyond this many times all files they are left out. */
const MAX_SHARED = 8;
/** Groups in which alternatives of other objects are looked for. */
const MAX_ALTERNATIVES = 20;

/**
 * Divides files outside of kustomizations into units. Files of one folder are one unit as long as they name each
 * object once. Where an object is in several, they are alternatives: in two folders below a third these folders are,
 * whatever else they hold (`dev/` and `prod/`, a folder per cluster); in two files of one folder the files are
 * (`route-v1.yaml` and `route-v2.yaml`). Each alternative is a unit with the files that have none; alternatives of
 * different objects are joined, so that there are no more units than places for one object. In a unit the last file
 * that holds an object counts.
 *
 * @param objectsOf keys of the objects in a file
 */
export function divideLoose(
  paths: readonly string[],
  objectsOf: (path: string) => readonly string[],
): readonly LooseUnit[] {
  const holders = new Map<string, string[]>();
  for (const path of paths) {
    for (const key of new Set(objectsOf(path))) addTo(holders, key, path);
  }
  const blocks = new Map<string, Set<string>>();
  for (const [key, among] of holders) {
    for (const place of splitsOf(among)) {
      const keys = blocks.get(place) ?? new Set();
      blocks.set(place, keys.add(key));
    }
  }
  return unitsOfBlocks(paths, blocks, objectsOf);
}

/** Where files that hold one object part: the children of their common folder, and so on below each. */
function splitsOf(paths: readonly string[], depth = 0): string[] {
  if (paths.length < 2) return [];
  const children = new Map<string, string[]>();
  for (const path of paths)
    addTo(
      children,
      path
        .split('/')
        .slice(0, depth + 1)
        .join('/'),
      path,
    );
  const below = [...children.values()].flatMap((group) => splitsOf(group, depth + 1));
  return children.size > 1 ? [...children.keys(), ...below] : below;
}

type Block = { readonly name: string; readonly own: string[]; readonly below: string[] };

function unitsOfBlocks(
  paths: readonly string[],
  keysOf: ReadonlyMap<string, ReadonlySet<string>>,
  objectsOf: (path: string) => readonly string[],
): readonly LooseUnit[] {
  const blocks = new Map<string, Block>([['', { name: '', own: [], below: [] }]]);
  const blockOf = (name: string): Block => {
    const known = blocks.get(name);
    if (known !== undefined) return known;
    const made: Block = { name, own: [], below: [] };
    blocks.set(name, made);
    blockOf(around(name, keysOf)).below.push(name);
    return made;
  };
  for (const path of paths) blockOf(keysOf.has(path) ? path : around(path, keysOf)).own.push(path);
  const share = sharer(MAX_SHARED * paths.length);
  /** Of a folder those that make it an alternative, of a file all. */
  const keysIn = (block: Block) =>
    isFile(block) ? objectsOf(block.name) : [...(keysOf.get(block.name) ?? [])];
  const visit = ({ name, own, below }: Block, inherited: readonly string[]): LooseUnit[] => {
    const shared = [...inherited, ...own];
    if (below.length === 0) return [{ name, paths: shared, lent: new Set() }];
    const inner = below.map((child) => blockOf(child));
    const groups = joined(
      inner.filter((block) => block.below.length === 0),
      keysOf,
    );
    return [
      ...inner
        .filter((block) => block.below.length > 0)
        .flatMap((block) => visit(block, share(shared))),
      ...groups.map((group) => {
        const lent = compatible(groups, group, keysIn).flatMap((block) => share(block.own));
        const ownPaths = group.flatMap((block) => block.own);
        return {
          name: nameOf(group),
          paths: [...share(shared), ...lent, ...ownPaths],
          lent: new Set(lent),
        };
      }),
    ];
  };
  return visit(blockOf(''), []);
}

/** Gives files to several units, as often as is left, and each of them once at least. */
function sharer(budget: number): (paths: readonly string[]) => readonly string[] {
  let left = budget;
  const given = new Set<string>();
  return (paths) => {
    left -= paths.length;
    const shared = left >= 0 ? paths : paths.filter((path) => !given.has(path));
    for (const path of shared) given.add(path);
    return shared;
  };
}

/**
 * Alternatives of other objects than those of a group, so that what it names is there too. A file that shares some of
 * its objects with the group is one: the group's are applied over it. A folder must share none.
 */
function compatible(
  groups: readonly Group[],
  group: Group,
  keysIn: (block: Block) => readonly string[],
): Group {
  const taken = new Set(group.flatMap(keysIn));
  const candidates = groups.slice(0, MAX_ALTERNATIVES).flat();
  // What holds most is what the others were made from.
  candidates.sort((a, b) => keysIn(b).length - keysIn(a).length);
  const found: Block[] = [];
  for (const block of candidates) {
    const keys = keysIn(block);
    const isTaken = (key: string) => taken.has(key);
    if (isFile(block) ? keys.every(isTaken) : keys.some(isTaken)) continue;
    for (const key of keys) taken.add(key);
    found.push(block);
  }
  // The last one counts.
  return found.reverse();
}

function isFile({ name, own }: Block): boolean {
  return own[0] === name;
}

/** The nearest folder above a path that is an alternative. */
function around(path: string, keysOf: ReadonlyMap<string, unknown>): string {
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    if (keysOf.has(path.slice(0, end))) return path.slice(0, end);
  }
  return '';
}

/** Alternatives that are not each other's, together: as few groups as there are places for one object. */
function joined(
  blocks: readonly Block[],
  keysOf: ReadonlyMap<string, ReadonlySet<string>>,
): readonly Group[] {
  const groups: Block[][] = [];
  /** The first group that an object is not in yet, by its key. */
  const used = new Map<string, Set<number>>();
  for (const block of blocks) {
    const keys = [...(keysOf.get(block.name) ?? [])];
    let index = 0;
    while (keys.some((key) => used.get(key)?.has(index) === true)) index += 1;
    for (const key of keys) used.set(key, (used.get(key) ?? new Set()).add(index));
    const group = groups[index];
    if (group === undefined) groups[index] = [block];
    else group.push(block);
  }
  return groups;
}
