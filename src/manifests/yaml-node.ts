/** Where a value stands in a file; the line is computed when somebody asks. */
export type Spot = {
  readonly file: string;
  readonly offset: number;
  readonly linePos: (offset: number) => { readonly line: number; readonly col: number };
};

export type ScalarNode = {
  readonly kind: 'scalar';
  readonly value: Scalar;
  readonly spot: Spot;
  /** A block after `|`: its lines are lines of the file, and begin below its key. */
  readonly isLiteral?: true;
};
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
  /** Keys that the file has more than once; the last one of each counts, as for kubectl. */
  readonly repeated?: readonly RepeatedKey[];
  /** An item of a List, which is how kubectl prints several objects. */
  readonly isListed?: true;
};

/** A key that stands a second time, and where. */
export type RepeatedKey = { readonly key: string; readonly spot: Spot };

/** A YAML value that knows where it stands, also after an overlay has been laid over it. */
export type Node = ScalarNode | ListNode | MapNode;
export type Scalar = string | number | boolean | null;

/** The value without places. */
export function plainOf(node: Node): unknown {
  return toPlain(node, false);
}

/** The value without places, and without entries that are null: the API server drops these. */
export function plainWithoutNulls(node: Node): unknown {
  return toPlain(node, true);
}

function toPlain(node: Node, dropsNulls: boolean): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'list':
      return node.items.map((item) => toPlain(item, dropsNulls));
    case 'map': {
      const plain: Record<string, unknown> = {};
      for (const [key, value] of node.entries) {
        if (dropsNulls && value.kind === 'scalar' && value.value === null) continue;
        // Assigned, it would be no key.
        if (key === '__proto__') Object.defineProperty(plain, key, own(toPlain(value, dropsNulls)));
        else plain[key] = toPlain(value, dropsNulls);
      }
      return plain;
    }
  }
}

function own(value: unknown): PropertyDescriptor {
  return { value, enumerable: true, writable: true, configurable: true };
}
