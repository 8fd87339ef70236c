import type { Node, Spot } from './yaml-node.js';

/** A value and all within it at other places. */
export function moveNode(node: Node, move: (spot: Spot) => Spot): Node {
  const spot = move(node.spot);
  switch (node.kind) {
    case 'scalar':
      return { ...node, spot };
    case 'list':
      return { ...node, spot, items: node.items.map((item) => moveNode(item, move)) };
    case 'map': {
      const entries = [...node.entries].map(
        ([key, value]) => [key, moveNode(value, move)] as const,
      );
      return { ...node, spot, entries: new Map(entries) };
    }
  }
}
