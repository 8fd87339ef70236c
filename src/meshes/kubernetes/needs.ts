import type { MeshNeeds } from '../../model/mesh-needs.js';

export const needs: MeshNeeds = {
  always: true,
  platforms: [
    {
      name: 'Kubernetes',
      minimum: '1.30',
      because: 'the preStop hook sleeps (PodLifecycleSleepAction)',
    },
  ],
  tools: [],
};
