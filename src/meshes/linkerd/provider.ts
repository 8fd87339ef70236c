import type { MeshProvider } from '../provider.js';

/** Only its annotations are read, for what conflicts with another mesh. */
export const provider: MeshProvider = {
  id: 'linkerd',
  title: 'Linkerd',
  apiGroups: ['linkerd.io'],
};
