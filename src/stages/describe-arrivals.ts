import type { Catalog } from '../model/catalog.js';
import type { Resolution } from '../model/request.js';

/**
 * What people must know of capabilities that reach a service which runs already, however they came in: by
 * `add`, by hand in scaffold.yaml, or with another.
 *
 * @param before of the scaffold.yaml that was applied last; undefined when this version does not understand it
 */
export function describeArrivals(
  before: Resolution | undefined,
  { request }: Resolution,
  { capabilities }: Catalog,
): readonly string[] {
  if (before === undefined) return [];
  return capabilities.flatMap(({ id, onAdd }) => {
    const comesIn = request.capabilities.has(id) && !before.request.capabilities.has(id);
    return comesIn && onAdd !== undefined ? [onAdd.note] : [];
  });
}
