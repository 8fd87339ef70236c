import type { ValuePath } from './manifest-file.js';
import type { Node, RepeatedKey } from './yaml-node.js';

/** The keys of a value that the file has more than once, in all its maps. */
export function keysToldTwice(node: Node): readonly (RepeatedKey & { readonly at: ValuePath })[] {
  return [...walk(node, [])];
}

function* walk(node: Node, at: ValuePath): Generator<RepeatedKey & { readonly at: ValuePath }> {
  if (node.kind === 'list') {
    for (const [index, item] of node.items.entries()) yield* walk(item, [...at, index]);
  } else if (node.kind === 'map') {
    for (const repeated of node.repeated ?? []) yield { ...repeated, at: [...at, repeated.key] };
    for (const [key, item] of node.entries) yield* walk(item, [...at, key]);
  }
}
