import type { Node } from './yaml-node.js';

/** Objects with which nothing is wrong by themselves, whoever found that out. What nodes hold never changes. */
const sound = new WeakSet<Node>();

export function rememberSound(root: Node): void {
  sound.add(root);
}

/** True when all of an object's fields were looked at, and nothing was wrong. */
export function isKnownSound(root: Node): boolean {
  return sound.has(root);
}
