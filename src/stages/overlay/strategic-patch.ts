import { isDeepEqual } from './deep-equal.js';
import { isMap, type Value, type ValueMap } from './value.js';

type MergeKeys = Readonly<Record<string, string>>;

/**
 * The smallest strategic merge patch that turns one map into another, for `manifests/lay-over.ts` and kustomize.
 *
 * @param mergeKeys lists that merge item by item, with the field that tells items apart; others are replaced
 * @returns undefined when they are the same
 */
export function strategicPatch(
  base: ValueMap,
  target: ValueMap,
  mergeKeys: MergeKeys,
): ValueMap | undefined {
  const patch: Record<string, Value> = {};
  for (const key of new Set([...Object.keys(base), ...Object.keys(target)])) {
    const change = patchField(key, { base: base[key], target: target[key] }, mergeKeys);
    if (change !== undefined) patch[key] = change;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** null removes a field. */
function patchField(
  key: string,
  { base, target }: { readonly base: Value | undefined; readonly target: Value | undefined },
  mergeKeys: MergeKeys,
): Value | undefined {
  if (isDeepEqual(base, target)) return undefined;
  if (target === undefined) return null;
  if (isMap(base) && isMap(target)) return strategicPatch(base, target, mergeKeys);
  if (Array.isArray(base) && Array.isArray(target)) {
    const lists = { base: base as readonly Value[], target: target as readonly Value[] };
    return patchList(mergeKeys[key], lists, mergeKeys);
  }
  return target;
}

function patchList(
  mergeKey: string | undefined,
  { base, target }: { readonly base: readonly Value[]; readonly target: readonly Value[] },
  mergeKeys: MergeKeys,
): Value {
  if (mergeKey === undefined) return target;
  // Without a directive the reader would merge the two.
  const whole = [{ $patch: 'replace' }, ...target];
  if (!tellsApart(mergeKey, base) || !tellsApart(mergeKey, target)) return whole;
  const known = new Map((base as readonly ValueMap[]).map((item) => [item[mergeKey], item]));
  const wanted = new Map((target as readonly ValueMap[]).map((item) => [item[mergeKey], item]));
  const changed = [...wanted].flatMap(([id, item]) => {
    const below = known.get(id);
    if (below === undefined) return [item];
    const patch = strategicPatch(below, item, mergeKeys);
    return patch === undefined ? [] : [{ [mergeKey]: item[mergeKey] as Value, ...patch }];
  });
  const removed = [...known.keys()]
    .filter((id) => !wanted.has(id))
    .map((id) => ({ $patch: 'delete', [mergeKey]: id as Value }));
  // The same items in another order.
  return changed.length + removed.length === 0 ? whole : [...changed, ...removed];
}

/** Every item is a map that has the field, with a value of its own. */
function tellsApart(key: string, items: readonly Value[]): boolean {
  const ids = items.map((item) => (isMap(item) ? item[key] : undefined));
  return ids.every((id) => id !== undefined) && new Set(ids).size === ids.length;
}
