import type { Cursor } from '../../../manifests/cursor.js';
import type { Kind, World } from '../../../manifests/kind.js';
import { checkVirtualService } from '../checks/virtual-service.js';
import { retriesOfMeshConfig } from '../read/mesh-config.js';
import { readVirtualService } from '../read/virtual-service.js';
import { idleRoutesOf } from '../written/idle-routes.js';
import { gatewayRefsOf, isInMesh } from '../written/virtual-services.js';

export const virtualService: Kind = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkVirtualService,
  // Of routes that a sidecar never asks no timeout and no retry is judged: ROUTE_PROTOCOL says why.
  read: (object, world) =>
    isIdle(object, world) ? [] : readVirtualService(object, retriesOfMeshConfig(world)),
};

/** HTTP routes for sidecars alone, at ports whose requests they do not see. */
function isIdle(object: Cursor, world: World): boolean {
  const isForSidecars = isInMesh(object) && gatewayRefsOf(object).length === 0;
  return isForSidecars && idleRoutesOf(object, world).some(({ kind }) => kind === 'http');
}
