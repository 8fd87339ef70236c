import {
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';

/**
 * Merges YAML documents by structure: what the template changed since base is applied to ours, whose comments,
 * order and quotes stay. Lists are merged as sets when their items are plain values or have a `name`.
 *
 * @returns undefined when a text does not parse, documents cannot be told apart, or both sides changed one
 *   value differently
 */
export function mergeYaml(base: string, ours: string, theirs: string): string | undefined {
  const [b, o, t] = [readDocuments(base), readDocuments(ours), readDocuments(theirs)];
  if (b === undefined || o === undefined || t === undefined) return undefined;
  const merged = new Map(o);
  for (const identity of new Set([...b.keys(), ...t.keys()])) {
    const [was, mine, new_] = [b.get(identity), o.get(identity), t.get(identity)];
    if (isEqual(was?.contents, new_?.contents) || isEqual(mine?.contents, new_?.contents)) continue;
    if (isEqual(was?.contents, mine?.contents)) {
      if (new_ === undefined) merged.delete(identity);
      else merged.set(identity, new_);
      continue;
    }
    if (!mergeNodes(was?.contents, mine?.contents, new_?.contents)) return undefined;
  }
  const indentSeq = !/^( *)[^\s#-][^\n]*:\n\1- /m.test(ours);
  return [...merged.values()]
    .map((document) => document.toString({ lineWidth: 0, indentSeq }))
    .join('');
}

type Documents = ReadonlyMap<string, Document>;

/** Documents by apiVersion, kind and name; a single other document by its place. */
function readDocuments(text: string): Documents | undefined {
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents) || documents.some(({ errors }) => errors.length > 0))
    return undefined;
  const named = documents.map((document, index) => {
    const at = (path: readonly string[]): unknown =>
      isMap(document.contents) ? document.getIn(path) : undefined;
    const identity = [at(['apiVersion']), at(['kind']), at(['metadata', 'name'])];
    return [
      identity.some((part) => part === undefined) ? `#${index}` : identity.join(' '),
      document,
    ] as const;
  });
  const byIdentity = new Map(named);
  return byIdentity.size === named.length ? byIdentity : undefined;
}

type Value = Node | null | undefined;

/** Applies base → theirs to ours in place; false when both changed one value differently. */
function mergeNodes(base: Value, ours: Value, theirs: Value): boolean {
  if (isMap(ours) && isMap(theirs)) return mergeMaps(isMap(base) ? base : undefined, ours, theirs);
  if (isSeq(ours) && isSeq(theirs)) return mergeLists(isSeq(base) ? base : undefined, ours, theirs);
  return false;
}

function mergeMaps(base: YAMLMap | undefined, ours: YAMLMap, theirs: YAMLMap): boolean {
  const pairs = (map: YAMLMap | undefined): Map<string, Pair> =>
    new Map((map?.items ?? []).map((pair) => [String(pair.key), pair]));
  const [b, o, t] = [pairs(base), pairs(ours), pairs(theirs)];
  const order = [...t.keys()];
  for (const key of new Set([...b.keys(), ...order])) {
    const [was, mine, new_] = [b.get(key), o.get(key), t.get(key)].map(
      (pair) => pair?.value as Value,
    );
    if (isEqual(was, new_) || isEqual(mine, new_)) continue;
    if (!isEqual(was, mine)) {
      if (!mergeNodes(was, mine, new_)) return false;
      continue;
    }
    const pair = t.get(key);
    if (pair === undefined) ours.delete(key);
    else
      put(ours.items, pair.clone(), {
        position: o.has(key) ? key : undefined,
        order,
        keyOf: (item) => String(item.key),
      });
  }
  return true;
}

function mergeLists(base: YAMLSeq | undefined, ours: YAMLSeq, theirs: YAMLSeq): boolean {
  const [b, o, t] = [keyed(base), keyed(ours), keyed(theirs)];
  if (b === undefined || o === undefined || t === undefined) return false;
  const order = [...t.keys()];
  for (const key of new Set([...b.keys(), ...order])) {
    const [was, mine, new_] = [b.get(key), o.get(key), t.get(key)];
    if (isEqual(was, new_) || isEqual(mine, new_)) continue;
    if (!isEqual(was, mine)) {
      if (!mergeNodes(was, mine, new_)) return false;
      continue;
    }
    if (new_ === undefined) ours.items = ours.items.filter((item) => item !== mine);
    else
      put(ours.items as Node[], new_.clone() as Node, {
        position: o.has(key) ? key : undefined,
        order,
        keyOf: (item) => keyOf(item) ?? '',
      });
  }
  return true;
}

/** Replaces the item at `position`, or inserts it behind the one that it follows in the template. */
function put<T>(
  items: T[],
  item: T,
  {
    position,
    order,
    keyOf: key,
  }: { position: string | undefined; order: readonly string[]; keyOf: (item: T) => string },
): void {
  const at = (wanted: string): number => items.findIndex((other) => key(other) === wanted);
  if (position !== undefined) {
    items[at(position)] = item;
    return;
  }
  const before = order
    .slice(0, order.indexOf(key(item)))
    .reverse()
    .find((other) => at(other) !== -1);
  items.splice(before === undefined ? 0 : at(before) + 1, 0, item);
}

/** List items by what tells them apart, or undefined when nothing does. */
function keyed(list: YAMLSeq | undefined): Map<string, Node> | undefined {
  const items = (list?.items ?? []) as Node[];
  const byKey = new Map<string, Node>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === undefined || byKey.has(key)) return undefined;
    byKey.set(key, item);
  }
  return byKey;
}

function keyOf(item: Node): string | undefined {
  if (isScalar(item)) return `=${String(item.value)}`;
  if (!isMap(item)) return undefined;
  const name = item.get('name');
  return typeof name === 'string' ? name : undefined;
}

function isEqual(a: Value, b: Value): boolean {
  return (
    JSON.stringify(a ?? null) === JSON.stringify(b ?? null) &&
    (a === undefined) === (b === undefined)
  );
}
