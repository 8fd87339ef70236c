import type { MeshNeeds } from '../../model/mesh-needs.js';

export const needs: MeshNeeds = {
  platforms: [
    {
      name: 'Linkerd',
      minimum: '2.20',
      because:
        'its proxy is a native sidecar, which ends after the application, and Servers know accessPolicy: audit',
    },
  ],
  tools: [],
};
