import type { MeshNeeds } from '../../model/mesh-needs.js';
import { istioctl } from './istioctl.js';

export const needs: MeshNeeds = {
  platforms: [
    { name: 'Istio', minimum: '1.27', because: 'the DestinationRule sets a retryBudget' },
  ],
  tools: [istioctl],
};
