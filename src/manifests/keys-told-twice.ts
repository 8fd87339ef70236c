import type { ValuePath } from './manifest-file.js';
import type { Node, RepeatedKey } from './yaml-node.js';

type ToldTwice = RepeatedKey & { readonly at: ValuePath };

/** The keys of a value that the file has more than once, in all its maps. */
export function keysToldTwice(node: Node): readonly ToldTwice[] {
  const found: ToldTwice[] = [];
  collect(node, [], found);
  return found;
}

/** @param at path of the node, which is put back as it was */
function collect(node: Node, at: (string | number)[], found: ToldTwice[]): void {
  if (node.kind === 'scalar') return;
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) {
      if (item.kind === 'scalar') continue;
      at.push(index);
      collect(item, at, found);
      at.pop();
    }
    return;
  }
  for (const repeated of node.repeated ?? [])
    found.push({ ...repeated, at: [...at, repeated.key] });
  for (const [key, item] of node.entries) {
    if (item.kind === 'scalar') continue;
    at.push(key);
    collect(item, at, found);
    at.pop();
  }
}
