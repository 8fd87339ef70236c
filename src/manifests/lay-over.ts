import type { ListNode, MapNode, Node, Scalar } from './yaml-node.js';

type MergeKeys = Readonly<Record<string, string>>;

/**
 * Lays a strategic merge patch over a value: maps merge, null deletes, `$patch` directs.
 *
 * @param mergeKeys lists that merge item by item, with the field that tells items apart; others are replaced
 */
export function layOver(base: Node, patch: Node, mergeKeys: MergeKeys, key = ''): Node | undefined {
  if (patch.kind === 'scalar') return patch.value === null ? undefined : patch;
  if (patch.kind === 'list') {
    if (base.kind !== 'list' || mergeKeys[key] === undefined) return patch;
    return mergeLists(base, patch, { mergeKey: mergeKeys[key], mergeKeys });
  }
  const directive = directiveOf(patch);
  if (directive === 'delete') return undefined;
  if (base.kind !== 'map' || directive === 'replace') return withoutDirective(patch);
  const entries = new Map(base.entries);
  for (const [name, value] of patch.entries) {
    const below = entries.get(name);
    const laid =
      below === undefined
        ? value.kind === 'scalar' && value.value === null
          ? undefined
          : value
        : layOver(below, value, mergeKeys, name);
    if (laid === undefined) entries.delete(name);
    else entries.set(name, laid);
  }
  return { kind: 'map', entries, spot: base.spot };
}

function mergeLists(
  base: ListNode,
  patch: ListNode,
  { mergeKey, mergeKeys }: { readonly mergeKey: string; readonly mergeKeys: MergeKeys },
): ListNode {
  if (!patch.items.every((item) => item.kind === 'map' && item.entries.has(mergeKey))) return patch;
  const items = [...base.items];
  for (const item of patch.items) {
    const index = items.findIndex((other) => keyed(other, mergeKey) === keyed(item, mergeKey));
    const below = items[index];
    if (below === undefined) {
      items.push(item);
      continue;
    }
    const laid = layOver(below, item, mergeKeys);
    if (laid === undefined) items.splice(index, 1);
    else items[index] = laid;
  }
  return { kind: 'list', items, spot: base.spot };
}

function keyed(node: Node, key: string): Scalar | undefined {
  const value = node.kind === 'map' ? node.entries.get(key) : undefined;
  return value?.kind === 'scalar' ? value.value : undefined;
}

function directiveOf(node: MapNode): string {
  return String(keyed(node, '$patch') ?? '');
}

function withoutDirective(node: MapNode): MapNode {
  const entries = new Map(node.entries);
  entries.delete('$patch');
  return { ...node, entries };
}

type Operation = {
  readonly op: string;
  readonly path: readonly string[];
  readonly value: Node | undefined;
};

/** Applies a JSON patch (RFC 6902: add, replace, remove). An operation whose path is not there is left out. */
export function applyOperations(root: MapNode, patch: ListNode): MapNode {
  return patch.items.reduce<MapNode>((current, item) => {
    const operation = operationOf(item);
    const changed = operation === undefined ? current : change(current, operation.path, operation);
    return changed?.kind === 'map' ? changed : current;
  }, root);
}

function operationOf(node: Node): Operation | undefined {
  if (node.kind !== 'map') return undefined;
  const [op, path] = [keyed(node, 'op'), keyed(node, 'path')];
  if (typeof op !== 'string' || typeof path !== 'string') return undefined;
  const parts = path.split('/').slice(1);
  return {
    op,
    path: parts.map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~')),
    value: node.entries.get('value'),
  };
}

function change(node: Node, path: readonly string[], operation: Operation): Node | undefined {
  const [key, ...rest] = path;
  if (key === undefined) return operation.op === 'remove' ? undefined : (operation.value ?? node);
  if (node.kind === 'map') {
    const below = node.entries.get(key);
    if (below === undefined && (rest.length > 0 || operation.op !== 'add')) return node;
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
