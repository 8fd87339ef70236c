import type { ObjectName, Place, Value } from '../model/control.js';
import { parseDuration } from '../model/duration.js';
import type { Labels } from '../model/mesh-control.js';
import { isUnresolved } from './mask-variables.js';
import { entryOf, type LocatedObject } from './node.js';
import type { Node, Spot } from './yaml-node.js';

/** A point in an object, also where nothing stands. */
export type Cursor = {
  readonly object: ObjectName;
  /** The object's name in its file, by which an edit finds it. */
  readonly written: ObjectName;
  readonly node: Node | undefined;
  readonly at: readonly (string | number)[];
  /** Of the value, or of the nearest thing that would hold it. */
  readonly spot: Spot;
};

export function cursorOf({ name, written = name, root }: LocatedObject): Cursor {
  return { object: name, written, node: root, at: whole, spot: root.spot };
}

export function down(cursor: Cursor, ...path: readonly (string | number)[]): Cursor {
  let { node, spot, at } = cursor;
  for (const key of path) {
    node = entryOf(node, key);
    if (node !== undefined) spot = node.spot;
    at = pathBelow(at, key);
  }
  const { object, written } = cursor;
  return { object, written, node, at, spot };
}

type Path = Cursor['at'];

/** Objects of one kind have the same paths: each is there once, and not once a value. */
const below = new WeakMap<Path, Map<string | number, Path>>();
let whole: Path = [];
let pathCount = 0;
const MAX_PATHS = 50_000;

function pathBelow(at: Path, key: string | number): Path {
  const paths = below.get(at) ?? new Map<string | number, Path>();
  const known = paths.get(key);
  if (known !== undefined) return known;
  const path = [...at, key];
  below.set(at, paths.set(key, path));
  pathCount += 1;
  // Names that only one object has are paths, too.
  if (pathCount > MAX_PATHS) [whole, pathCount] = [[], 0];
  return path;
}

export function exists(cursor: Cursor): boolean {
  return (
    cursor.node !== undefined && !(cursor.node.kind === 'scalar' && cursor.node.value === null)
  );
}

export function itemsOf(cursor: Cursor): Cursor[] {
  return cursor.node?.kind === 'list'
    ? cursor.node.items.map((_, index) => down(cursor, index))
    : [];
}

export function entriesOf(cursor: Cursor): [string, Cursor][] {
  return cursor.node?.kind === 'map'
    ? [...cursor.node.entries.keys()].map((key) => [key, down(cursor, key)])
    : [];
}

export function locate({ spot, written: object, at, node }: Cursor): Place {
  const { line, col } = spot.linePos(spot.offset);
  const isUnknown = node?.kind === 'scalar' && isUnresolved(node.value);
  return {
    file: spot.file,
    line,
    column: col,
    object,
    at,
    ...(isUnknown && { isUnknown: true as const }),
  };
}

function valueOf<T>(cursor: Cursor, read: (scalar: unknown) => T | undefined, absent: T): Value<T> {
  const scalar = cursor.node?.kind === 'scalar' ? cursor.node.value : undefined;
  const value = scalar === undefined || scalar === null ? undefined : read(scalar);
  const basis = value === undefined ? 'default' : 'written';
  return { value: value ?? absent, basis, place: locate(cursor) };
}

export function text(cursor: Cursor, absent = ''): Value<string> {
  return valueOf(cursor, String, absent);
}

/** NaN for what is written and is no number, such as `${REPLICAS}`: it is unknown, and not what is `absent`. */
export function number(cursor: Cursor, absent: number): Value<number> {
  return valueOf(
    cursor,
    (scalar) => (Number.isFinite(Number(scalar)) ? Number(scalar) : Number.NaN),
    absent,
  );
}

/** ms; NaN for what is written and is no duration */
export function duration(cursor: Cursor, absent: number): Value<number> {
  return valueOf(cursor, (scalar) => parseDuration(String(scalar)) ?? Number.NaN, absent);
}

export function flag(cursor: Cursor, absent: boolean): Value<boolean> {
  return valueOf(cursor, (scalar) => String(scalar) === 'true', absent);
}

export function texts(cursor: Cursor): Value<readonly string[]> {
  const items = itemsOf(cursor).map((item) => text(item).value);
  return { value: items, basis: exists(cursor) ? 'written' : 'default', place: locate(cursor) };
}

/** Each item with its own place. */
export function eachText(cursor: Cursor): Value<string>[] {
  return itemsOf(cursor).map((item) => text(item));
}

export function optional<T>(cursor: Cursor, read: (cursor: Cursor) => T): T | undefined {
  return exists(cursor) ? read(cursor) : undefined;
}

export function labelsOf(cursor: Cursor): Labels {
  return Object.fromEntries(entriesOf(cursor).map(([key, value]) => [key, text(value).value]));
}

/** Namespace of an object; undefined for a manifest without one, which lands where kubectl points. */
export function namespaceOf({ object }: Cursor): string | undefined {
  return object.namespace === '' ? undefined : object.namespace;
}

export function targetOf({ object }: Cursor): string {
  return `${object.kind}/${object.name}`;
}

/**
 * A host as a full name, the way Istio reads it in an object of a namespace: with a dot it is taken as it is. In an
 * object whose namespace is not known it stays short: see `matchesHost`.
 */
export function fullHost(host: string, namespace: string | undefined): string {
  if (host === '' || host === '*' || host.includes('.')) return host;
  return namespace === undefined ? host : `${host}.${namespace}.svc.cluster.local`;
}
