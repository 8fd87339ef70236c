import type { ObjectName, Place } from '../../model/control.js';

/** Where a value stands in a file; the line is computed when somebody asks. */
export type Spot = {
  readonly file: string;
  readonly offset: number;
  readonly linePos: (offset: number) => { readonly line: number; readonly col: number };
};

export type ScalarNode = { readonly kind: 'scalar'; readonly value: Scalar; readonly spot: Spot };
export type ListNode = {
  readonly kind: 'list';
  readonly items: readonly Node[];
  readonly spot: Spot;
};
export type MapNode = {
  readonly kind: 'map';
  /** A value's spot is that of its key: that is where people look. */
  readonly entries: ReadonlyMap<string, Node>;
  readonly spot: Spot;
};

/** A YAML value that knows where it stands, also after an overlay has been laid over it. */
export type Node = ScalarNode | ListNode | MapNode;
export type Scalar = string | number | boolean | null;

/** A Kubernetes object. */
export type LocatedObject = {
  readonly apiVersion: string;
  readonly name: ObjectName;
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

/** The value without places. */
export function plainOf(node: Node): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map(plainOf);
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, value]) => [key, plainOf(value)]));
  }
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
