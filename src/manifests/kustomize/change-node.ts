import { entryOf } from '../node.js';
import type { MapNode, Node, Spot } from '../yaml-node.js';

/** Keys down to a value; `[]` is every item of a list. */
export type FieldPath = readonly string[];

/**
 * Changes the values at a path.
 *
 * @param change gets undefined where nothing is; what it returns is written, undefined leaves all as it is
 * @param create maps on the way that are not there are made, at this place
 */
export function changeAt(
  node: Node,
  path: FieldPath,
  change: (value: Node | undefined) => Node | undefined,
  create?: Spot,
): Node {
  const [key, ...rest] = path;
  if (key === undefined) return change(node) ?? node;
  if (key === '[]') {
    if (node.kind !== 'list') return node;
    return { ...node, items: node.items.map((item) => changeAt(item, rest, change, create)) };
  }
  if (node.kind !== 'map') return node;
  const below = node.entries.get(key);
  if (below === undefined && rest.length > 0 && create === undefined) return node;
  const isLast = rest.length === 0;
  const changed = isLast ? change(below) : inside(below, rest, change, create);
  if (changed === undefined || changed === below) return node;
  return { ...node, entries: new Map([...node.entries, [key, changed]]) };
}

function inside(
  below: Node | undefined,
  rest: FieldPath,
  change: (value: Node | undefined) => Node | undefined,
  create: Spot | undefined,
): Node | undefined {
  const isNothing = below === undefined || (below.kind === 'scalar' && below.value === null);
  if (!isNothing) return changeAt(below, rest, change, create);
  if (create === undefined || rest[0] === '[]') return undefined;
  return changeAt({ kind: 'map', entries: new Map(), spot: create }, rest, change, create);
}

/** `changeAt` of an object, which stays a map. */
export function changeRoot(root: MapNode, ...args: ChangeArgs): MapNode {
  const changed = changeAt(root, ...args);
  return changed.kind === 'map' ? changed : root;
}

type ChangeArgs = readonly [
  path: FieldPath,
  change: (value: Node | undefined) => Node | undefined,
  create?: Spot,
];

export function scalarAt(value: string, spot: Spot): Node {
  return { kind: 'scalar', value, spot };
}

/** Text of a value, undefined where there is none. */
export function textOf(node: Node | undefined, key: string): string | undefined {
  const value = entryOf(node, key);
  return value?.kind === 'scalar' && value.value !== null ? String(value.value) : undefined;
}

export function listOf(node: Node | undefined, key: string): readonly Node[] {
  const value = entryOf(node, key);
  return value?.kind === 'list' ? value.items : [];
}

/** Entries of a map by their text. */
export function pairsOf(node: Node | undefined): readonly (readonly [string, Node])[] {
  return node?.kind === 'map' ? [...node.entries] : [];
}
