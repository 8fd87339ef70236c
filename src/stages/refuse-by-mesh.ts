import type { Catalog } from '../model/catalog.js';
import { inputError } from '../model/errors.js';
import type { CapabilityManifest } from '../model/manifest.js';
import type { Request } from '../model/request.js';
import { collectEgress } from './egress.js';
import { fieldsOf, meshIntent, meshOf } from './mesh-intent.js';

/**
 * Refuses settings that the service's mesh cannot have together: one of them would silently do nothing.
 *
 * @throws ToolError `settings-exclude-each-other` (exit 2)
 */
export function refuseByMesh(
  request: Request,
  chosen: readonly CapabilityManifest[],
  catalog: Pick<Catalog, 'meshes'>,
): void {
  const refuse = meshOf(request, catalog)?.refuse;
  if (refuse === undefined) return;
  const active = chosen.filter(({ id }) => request.active.has(id));
  const intent = meshIntent(request, active, collectEgress(request, active));
  const capability = fieldsOf(request, active, 'meshIdentity')?.id;
  if (intent === undefined || capability === undefined) return;
  const refusal = refuse(intent, (setting) => `${capability}.${setting}`);
  if (refusal === undefined) return;
  throw inputError('settings-exclude-each-other', refusal.message, refusal.hint);
}
