import type { ListNode, MapNode, Node, Scalar } from './yaml-node.js';

type MergeKeys = Readonly<Record<string, string>>;

/**
 * Lays a strategic merge patch over a value as kustomize does: maps merge, null deletes, `$patch` directs.
 * `stages/overlay/strategic-patch.ts` writes what this reads, with the same merge keys.
 *
 * @param mergeKeys lists that merge item by item, with the field that tells items apart; others are replaced
 */
export function layOver(base: Node, patch: Node, mergeKeys: MergeKeys, key = ''): Node | undefined {
  if (patch.kind === 'scalar') return patch.value === null ? undefined : patch;
  if (patch.kind === 'list') {
    if (base.kind !== 'list' || mergeKeys[key] === undefined) return added(patch);
    return mergeLists(base, patch, { mergeKey: mergeKeys[key], mergeKeys });
  }
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  if (base.kind !== 'map' || directive === 'replace') return added(patch);
  const entries = new Map(base.entries);
  for (const [name, value] of patch.entries) {
    if (name === '$patch') continue;
    const below = entries.get(name);
    const laid = below === undefined ? added(value) : layOver(below, value, mergeKeys, name);
    if (laid === undefined) entries.delete(name);
    else entries.set(name, laid);
  }
  return { kind: 'map', entries, spot: base.spot };
}

/** What a patch brings where nothing was: its nulls, deletions and directives are for what was there. */
function added(patch: Node): Node | undefined {
  if (patch.kind === 'scalar') return patch.value === null ? undefined : patch;
  if (patch.kind === 'list') {
    const items = patch.items.flatMap((item) => {
      // A null in a list is a value.
      const kept = item.kind === 'scalar' ? item : isDirective(item) ? undefined : added(item);
      return kept ?? [];
    });
    return { ...patch, items };
  }
  if (directiveOf(patch) === 'delete') return undefined;
  const entries = [...patch.entries].flatMap(([name, value]): [string, Node][] => {
    const kept = name === '$patch' ? undefined : added(value);
    return kept === undefined ? [] : [[name, kept]];
  });
  return { ...patch, entries: new Map(entries) };
}

/** Items of the patch come first, in its order, as in kustomize; then what it does not mention. */
function mergeLists(
  base: ListNode,
  patch: ListNode,
  { mergeKey, mergeKeys }: { readonly mergeKey: string; readonly mergeKeys: MergeKeys },
): Node | undefined {
  const whole = patch.items.find(isDirective);
  if (whole?.kind === 'map' && directiveOf(whole) === 'delete') return undefined;
  if (whole?.kind === 'map' && directiveOf(whole) === 'replace') return added(patch);
  const given = patch.items.filter((item) => !isDirective(item));
  if (!given.every((item) => item.kind === 'map' && item.entries.has(mergeKey)))
    return added(patch);
  const known = new Map(base.items.map((item) => [keyed(item, mergeKey), item]));
  const merged = given.flatMap((item) => {
    const below = known.get(keyed(item, mergeKey));
    return (below === undefined ? added(item) : layOver(below, item, mergeKeys)) ?? [];
  });
  const mentioned = new Set(given.map((item) => keyed(item, mergeKey)));
  const rest = base.items.filter((item) => !mentioned.has(keyed(item, mergeKey)));
  return { kind: 'list', items: [...merged, ...rest], spot: base.spot };
}

/** `- $patch: replace`: an item that only directs the list. */
function isDirective(item: Node): boolean {
  return item.kind === 'map' && item.entries.size === 1 && item.entries.has('$patch');
}

function keyed(node: Node, key: string): Scalar | undefined {
  const value = node.kind === 'map' ? node.entries.get(key) : undefined;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function directiveOf(node: MapNode): string {
  return String(keyed(node, '$patch') ?? '');
}

type Operation = {
  readonly op: string;
  readonly path: readonly string[];
  /** Where `move` and `copy` take the value. */
  readonly from: readonly string[];
  readonly value: Node | undefined;
};

/**
 * Applies a JSON patch (RFC 6902). An operation whose path is not there is left out, but for `replace` of a field, which
 * kustomize adds; `test` is not asked.
 */
export function applyOperations(root: MapNode, patch: ListNode): MapNode {
  return patch.items.reduce<MapNode>((current, item) => {
    const operation = operationOf(item);
    const changed = operation === undefined ? current : applyOne(current, operation);
    return changed?.kind === 'map' ? changed : current;
  }, root);
}

/**
 * What stops kustomize in a JSON patch, tried with 5.8: a path whose parent or item is not there, the removal of what is
 * not there, a test of another value. Later operations see what earlier ones did.
 */
export function findRefused(
  root: MapNode,
  patch: ListNode,
): { readonly at: Node; readonly path: string } | undefined {
  let current: MapNode = root;
  for (const item of patch.items) {
    const operation = operationOf(item);
    if (operation !== undefined && !canApply(current, operation))
      return { at: item, path: `/${operation.path.join('/')}` };
    const changed = operation === undefined ? current : applyOne(current, operation);
    if (changed?.kind === 'map') current = changed;
  }
  return undefined;
}

function canApply(root: MapNode, { op, path, value }: Operation): boolean {
  const key = path.at(-1);
  // The whole object; items that are counted from the end, which is not done here.
  if (key === undefined || path.some((part) => /^-\d/.test(part))) return true;
  const there = nodeAt(root, path);
  if (op === 'remove') return there !== undefined;
  if (op === 'test') {
    const areScalars = there?.kind === 'scalar' && value?.kind === 'scalar';
    return areScalars ? there.value === value.value : there !== undefined;
  }
  const parent = nodeAt(root, path.slice(0, -1));
  if (parent?.kind === 'map' || isMadeParent(path)) return true;
  if (parent?.kind !== 'list') return false;
  if (op === 'replace') return there !== undefined;
  return key === '-' || !(Number(key) > parent.items.length);
}

/** kustomize makes the map where an operation adds the first annotation, but not for labels. */
function isMadeParent([first, second, ...rest]: readonly string[]): boolean {
  return first === 'metadata' && second === 'annotations' && rest.length === 1;
}

function applyOne(root: MapNode, operation: Operation): Node | undefined {
  const { op, path, from } = operation;
  switch (op) {
    case 'test':
      return root;
    case 'move':
    case 'copy': {
      const value = nodeAt(root, from);
      if (value === undefined) return root;
      const left = op === 'move' ? change(root, from, { ...operation, op: 'remove' }) : root;
      return left && change(left, path, { ...operation, op: 'add', value });
    }
    default:
      return change(op === 'remove' ? root : withParent(root, path), path, operation);
  }
}

function withParent(root: MapNode, path: readonly string[]): MapNode {
  const [, name = ''] = path;
  const metadata = root.entries.get('metadata');
  if (!isMadeParent(path) || metadata?.kind !== 'map' || metadata.entries.has(name)) return root;
  const empty: MapNode = { kind: 'map', entries: new Map(), spot: metadata.spot };
  const made: MapNode = { ...metadata, entries: new Map([...metadata.entries, [name, empty]]) };
  return { ...root, entries: new Map([...root.entries, ['metadata', made]]) };
}

function nodeAt(root: Node, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => {
    if (node?.kind === 'map') return node.entries.get(key);
    return node?.kind === 'list' ? node.items[Number(key)] : undefined;
  }, root);
}

function operationOf(node: Node): Operation | undefined {
  if (node.kind !== 'map') return undefined;
  const [op, path] = [keyed(node, 'op'), keyed(node, 'path')];
  const from = keyed(node, 'from');
  if (typeof op !== 'string' || typeof path !== 'string') return undefined;
  return {
    op,
    path: parsePointer(path),
    from: parsePointer(typeof from === 'string' ? from : ''),
    value: node.entries.get('value'),
  };
}

function parsePointer(pointer: string): readonly string[] {
  const parts = pointer.split('/').slice(1);
  return parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function change(node: Node, path: readonly string[], operation: Operation): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return operation.op === 'remove' ? undefined : (operation.value ?? node);
  if (node.kind === 'map') {
    const below = node.entries.get(key);
    if (below === undefined && (rest.length > 0 || operation.op === 'remove')) return node;
    const entries = new Map(node.entries);
    const changed = below === undefined ? operation.value : change(below, rest, operation);
    if (changed === undefined) entries.delete(key);
    else entries.set(key, changed);
    return { ...node, entries };
  }
  if (node.kind !== 'list') return node;
  const index = key === '-' ? node.items.length : Number(key);
  const items = [...node.items];
  const below = items[index];
  if (rest.length === 0 && operation.op === 'add' && operation.value !== undefined) {
    items.splice(index, 0, operation.value);
  } else if (below !== undefined) {
    const changed = change(below, rest, operation);
    if (changed === undefined) items.splice(index, 1);
    else items[index] = changed;
  }
  return { ...node, items };
}
