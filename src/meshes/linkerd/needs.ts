import type { MeshNeeds } from '../../model/mesh-needs.js';

export const needs: MeshNeeds = {
  platforms: [
    {
      name: 'Linkerd',
      minimum: '2.20',
      because:
        'its proxy is a native sidecar, which ends after the application, and Servers know accessPolicy: audit',
    },
    {
      name: 'Gateway API',
      minimum: '1.2.1',
      because: "Linkerd's routes of calls and probes are HTTPRoutes of v1 with timeouts",
    },
  ],
  tools: [],
};
