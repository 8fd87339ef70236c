import type { KindFacts } from '../model/kind-facts.js';
import type { Kind } from '../manifests/kind.js';
import { kinds } from './found/kinds.js';

/** What stages and manifests must know of each kind, from all meshes that know something of it. */
export const kindFacts: readonly KindFacts[] = joined(kinds);

function joined(all: readonly Kind[]): readonly KindFacts[] {
  const byName = new Map<string, KindFacts>();
  for (const { group, kind, effect, mergeKeys } of all) {
    if (group === '*') continue;
    const known = byName.get(`${group}/${kind}`);
    const merged = mergeKeys ?? known?.mergeKeys;
    byName.set(`${group}/${kind}`, {
      group,
      kind,
      // The objects of a mesh and Services act on requests at once.
      effect: effect ?? known?.effect ?? 'traffic',
      ...(merged !== undefined && { mergeKeys: merged }),
    });
  }
  return [...byName.values()];
}
