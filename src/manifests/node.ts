import type { ObjectName, Place } from '../model/control.js';
import type { MapNode, Node, Spot } from './yaml-node.js';

/** A Kubernetes object. */
export type LocatedObject = {
  readonly apiVersion: string;
  readonly name: ObjectName;
  /** Its name in its file, where a kustomization gave it another. */
  readonly written?: ObjectName;
  readonly root: MapNode;
};

export function entryOf(node: Node | undefined, key: string | number): Node | undefined {
  if (node?.kind === 'map') return node.entries.get(String(key));
  if (node?.kind === 'list' && typeof key === 'number') return node.items[key];
  return undefined;
}

export function placeOf(spot: Spot): Place {
  const { line, col } = spot.linePos(spot.offset);
  return { file: spot.file, line, column: col };
}

/** @returns undefined for a document that is no Kubernetes object */
export function objectOf(root: Node): LocatedObject | undefined {
  const text = (...path: readonly string[]): string => {
    const node = path.reduce<Node | undefined>(entryOf, root);
    return node?.kind === 'scalar' && node.value !== null ? String(node.value) : '';
  };
  const [apiVersion, kind] = [text('apiVersion'), text('kind')];
  if (root.kind !== 'map' || apiVersion === '' || kind === '') return undefined;
  const name = {
    kind,
    namespace: text('metadata', 'namespace'),
    name: text('metadata', 'name') || text('metadata', 'generateName'),
  };
  return { apiVersion, name, root };
}
