import type { Kind } from '../../../manifests/kind.js';
import { retriesOfMeshConfig } from '../read/mesh-config.js';
import { hostsOfEntries, readMeshRoutes } from '../read/mesh-routes.js';

/** What the mesh makes of routes whose parent is a Service. */
export const httpRoute: Kind = {
  group: 'gateway.networking.k8s.io',
  kind: 'HTTPRoute',
  readTogether: (objects, world) =>
    readMeshRoutes(objects, hostsOfEntries(world), retriesOfMeshConfig(world)),
};
