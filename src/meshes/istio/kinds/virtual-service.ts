import type { Kind } from '../../../manifests/kind.js';
import { checkVirtualService } from '../checks/virtual-service.js';
import { retriesOfMeshConfig } from '../read/mesh-config.js';
import { readVirtualService } from '../read/virtual-service.js';

export const virtualService: Kind = {
  group: 'networking.istio.io',
  kind: 'VirtualService',
  schema: 'networking.istio.io/v1',
  alsoServed: ['networking.istio.io/v1beta1', 'networking.istio.io/v1alpha3'],
  check: checkVirtualService,
  read: (object, world) => readVirtualService(object, retriesOfMeshConfig(world)),
};
