import type { Node, Spot } from './yaml-node.js';
import type { LocatedObject } from './node.js';

/**
 * Objects as `kustomize build` gives them, with the places of the files that they came from: each value
 * takes the place of the one at the same path in the object that our own code resolved, or of what holds it.
 *
 * @param elsewhere place of an object that our code did not resolve
 */
export function lendPlaces(
  built: readonly LocatedObject[],
  ours: readonly LocatedObject[],
  elsewhere: Spot,
): readonly LocatedObject[] {
  return built.map((object) => {
    const origin = originOf(object, ours);
    const spot = origin?.root.spot ?? elsewhere;
    const root = lend(object.root, origin?.root, spot);
    // A map stays a map.
    if (root.kind !== 'map') return object;
    const { written = origin?.name } = origin ?? {};
    return { ...object, root, ...(written !== undefined && { written }) };
  });
}

/** The object of that kind and name, or the only one whose name became the built one by a prefix or suffix. */
function originOf(
  { name }: LocatedObject,
  ours: readonly LocatedObject[],
): LocatedObject | undefined {
  const same = ours.filter((other) => other.name.kind === name.kind);
  const exact = same.filter((other) => other.name.name === name.name);
  const inNamespace = exact.find((other) => other.name.namespace === name.namespace);
  if (exact.length > 0) return inNamespace ?? exact[0];
  const [first, ...others] = same.filter((other) => name.name.includes(other.name.name));
  return others.length === 0 ? first : undefined;
}

function lend(node: Node, from: Node | undefined, nearest: Spot): Node {
  const spot = from?.spot ?? nearest;
  switch (node.kind) {
    case 'scalar':
      return { ...node, spot };
    case 'list': {
      const items = node.items.map((item, index) => lend(item, itemLike(item, index, from), spot));
      return { ...node, spot, items };
    }
    case 'map': {
      const entries = [...node.entries].map(([key, value]): [string, Node] => {
        const below = from?.kind === 'map' ? from.entries.get(key) : undefined;
        return [key, lend(value, below, spot)];
      });
      return { ...node, spot, entries: new Map(entries) };
    }
  }
}

/** The item of the same `name`, else the one at the same index. */
function itemLike(item: Node, index: number, from: Node | undefined): Node | undefined {
  if (from?.kind !== 'list') return undefined;
  const name = nameOf(item);
  const named = name === undefined ? undefined : from.items.find((other) => nameOf(other) === name);
  return named ?? from.items[index];
}

function nameOf(node: Node): unknown {
  const name = node.kind === 'map' ? node.entries.get('name') : undefined;
  return name?.kind === 'scalar' ? name.value : undefined;
}
