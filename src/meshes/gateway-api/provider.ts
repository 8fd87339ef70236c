import type { MeshProvider } from '../provider.js';

/** Kinds that meshes share. What a route does to calls is said by the mesh that honours it. */
export const provider: MeshProvider = {
  id: 'gateway-api',
  title: 'Gateway API',
  apiGroups: ['gateway.networking.k8s.io'],
};
