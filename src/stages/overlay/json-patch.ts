import { isDeepEqual } from './deep-equal.js';
import { isMap, type Value, type ValueMap } from './value.js';

/** One step of a JSON patch (RFC 6902). */
export type Operation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: Value }
  | { readonly op: 'remove'; readonly path: string };

/**
 * The JSON patch that turns one map into another. Custom resources have no merge keys, so that a merge
 * patch would carry whole lists. Where it reaches into a list it first tests the name of the item: when
 * somebody reorders the base, the build fails instead of changing another item.
 */
export function jsonPatch(base: ValueMap, target: ValueMap): Operation[] {
  return patchMap('', base, target);
}

function patchMap(path: string, base: ValueMap, target: ValueMap): Operation[] {
  return [...new Set([...Object.keys(base), ...Object.keys(target)])].flatMap((key) => {
    const own = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    return patchValue(own, base[key], target[key]);
  });
}

function patchValue(path: string, base: Value | undefined, target: Value | undefined): Operation[] {
  if (isDeepEqual(base, target)) return [];
  if (target === undefined) return [{ op: 'remove', path }];
  if (base === undefined) return [{ op: 'add', path, value: target }];
  if (isMap(base) && isMap(target)) return patchMap(path, base, target);
  if (Array.isArray(base) && Array.isArray(target) && base.length === target.length) {
    const items = (base as readonly Value[]).map(
      (item, index) => [item, target[index] as Value] as const,
    );
    if (items.every(([from, to]) => isSameItem(from, to))) {
      return items.flatMap(([from, to], index) =>
        patchItem(`${path}/${index}`, from as ValueMap, to as ValueMap),
      );
    }
  }
  return [{ op: 'replace', path, value: target }];
}

function patchItem(path: string, base: ValueMap, target: ValueMap): Operation[] {
  const operations = patchMap(path, base, target);
  if (operations.length === 0 || base['name'] === undefined) return operations;
  return [{ op: 'test', path: `${path}/name`, value: base['name'] }, ...operations];
}

/** Items at the same place are the same item when they agree on their name, or have none. */
function isSameItem(base: Value, target: Value): boolean {
  return isMap(base) && isMap(target) && isDeepEqual(base['name'], target['name']);
}
