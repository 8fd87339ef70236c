import type { Catalog } from '../model/catalog.js';
import type { UnsaidControl } from '../model/mesh-emitter.js';
import type { Request } from '../model/request.js';
import { meshOf, meshSide } from './mesh-intent.js';

/** What a service asks for and its mesh cannot express. Empty for a service that is in no mesh. */
export function unsaidBy(request: Request, catalog: Catalog): readonly UnsaidControl[] {
  const chosen = catalog.capabilities.filter(({ id }) => request.active.has(id));
  const mesh = meshOf(request, catalog)?.title;
  if (mesh === undefined) return [];
  const unsaid = meshSide(request, chosen, catalog)?.emission.unsaid ?? [];
  return unsaid.map((each) => ({ ...each, mesh }));
}
