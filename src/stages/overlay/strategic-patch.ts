import { isDeepEqual } from './deep-equal.js';
import { isMap, type Value, type ValueMap } from './value.js';

/**
 * Lists that Kubernetes merges item by item, by field, with the field that tells items apart
 * (`x-kubernetes-patch-merge-key` in its OpenAPI). Every other list is replaced.
 */
const MERGE_KEYS: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  // Of a container and of a Service.
  ports: ['containerPort', 'port'],
  topologySpreadConstraints: ['topologyKey'],
};

/**
 * The smallest strategic merge patch that turns one map into another.
 *
 * @returns undefined when they are the same
 */
export function strategicPatch(base: ValueMap, target: ValueMap): ValueMap | undefined {
  const patch: Record<string, Value> = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(target)])) {
    const change = patchField(key, base[key], target[key]);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** null removes a field. */
function patchField(
  key: string,
  base: Value | undefined,
  target: Value | undefined,
): Value | undefined {
  if (isDeepEqual(base, target)) return undefined;
  if (target === undefined) return null;
  if (isMap(base) && isMap(target)) return strategicPatch(base, target);
  if (Array.isArray(base) && Array.isArray(target)) {
    return patchList(key, base as readonly Value[], target as readonly Value[]);
  }
  return target;
}

function patchList(field: string, base: readonly Value[], target: readonly Value[]): Value {
  const mergeKey = MERGE_KEYS[field]?.find(
    (key) => tellsApart(key, base) && tellsApart(key, target),
  );
  if (mergeKey === undefined) return target;
  const known = new Map((base as readonly ValueMap[]).map((item) => [item[mergeKey], item]));
  const wanted = new Map((target as readonly ValueMap[]).map((item) => [item[mergeKey], item]));
  const changed = [...wanted].flatMap(([id, item]) => {
    const below = known.get(id);
    if (below === undefined) return [item];
    const patch = strategicPatch(below, item);
    return patch === undefined ? [] : [{ [mergeKey]: item[mergeKey] as Value, ...patch }];
  });
  const removed = [...known.keys()]
    .filter((id) => !wanted.has(id))
    .map((id) => ({ $patch: 'delete', [mergeKey]: id as Value }));
  return [...changed, ...removed];
}

/** Every item is a map that has the field, with a value of its own. */
function tellsApart(key: string, items: readonly Value[]): boolean {
  const ids = items.map((item) => (isMap(item) ? item[key] : undefined));
  return ids.every((id) => id !== undefined) && new Set(ids).size === ids.length;
}
