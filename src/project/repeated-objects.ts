import { addTo } from '../flow/selector.js';
import { placeOf, type LocatedObject } from '../manifests/node.js';
import type { RepeatedControl } from '../model/extent-control.js';
import { identityOf } from './units.js';

/**
 * Objects without those that another one of the same kind, namespace and name replaces: the last one of a unit
 * counts, as for `kubectl apply`. Nothing of them is added up.
 *
 * @param options.isBuilt kustomize refuses what is there twice
 * @param options.isDivided several files of the unit may hold alternatives
 */
export function withoutRepeated(
  objects: readonly LocatedObject[],
  { isBuilt, isDivided }: { readonly isBuilt: boolean; readonly isDivided: boolean },
): { readonly objects: readonly LocatedObject[]; readonly repeated: readonly RepeatedControl[] } {
  const byIdentity = new Map<string, LocatedObject[]>();
  for (const object of objects) {
    const identity = identityOf(object);
    if (identity !== undefined) addTo(byIdentity, identity, object);
  }
  const repeated: RepeatedControl[] = [];
  const replaced = new Set<LocatedObject>();
  for (const same of byIdentity.values()) {
    const last = same.at(-1);
    if (last === undefined || same.length === 1) continue;
    for (const object of same.slice(0, -1)) replaced.add(object);
    // Files beside each other are alternatives, of which one is applied over the other.
    const meant = same
      .slice(0, -1)
      .filter(({ root }) => !isDivided || root.spot.file === last.root.spot.file);
    if (meant.length > 0) repeated.push(controlOf(last, meant, isBuilt ? 'refused' : 'replaced'));
  }
  if (replaced.size === 0) return { objects, repeated };
  return { objects: objects.filter((object) => !replaced.has(object)), repeated };
}

function controlOf(
  object: LocatedObject,
  others: readonly LocatedObject[],
  how: RepeatedControl['values']['how'],
): RepeatedControl {
  return {
    layer: 'mesh',
    kind: 'repeated',
    target: `${object.name.kind}/${object.name.name}`,
    namespace: object.name.namespace || undefined,
    place: placeOf(object.root.spot),
    values: { how, others: others.map(({ root }) => placeOf(root.spot)) },
  };
}
