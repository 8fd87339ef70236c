import type { MeshVariant } from '../../../model/mesh-variant.js';
import { istioSidecar } from './istio-sidecar.js';

/** Istio with sidecars and HTTPRoutes: a route has fewer words, and holds for a namespace. */
export const istioGatewayApi: MeshVariant = {
  title: 'Istio: sidecar, Gateway API',
  settings: ['provider=istio', 'routes=gateway-api'],
  grants: {
    ...istioSidecar.grants,
    timeout: {
      fields: ['HTTPRoute spec.rules[].timeouts.request'],
      note: "for an upstream in another namespace; in its own one the route is its owner's",
    },
    timeoutByRequest: {
      fields: [
        'HTTPRoute spec.rules[].matches[].method',
        'HTTPRoute spec.rules[].matches[].headers',
      ],
    },
    noRetries: {
      cannot: 'The field retry.attempts starts at 1 and is in the experimental channel.',
      instead: "Istio's default of 2 retries stays; over HTTP it repeats failed connections only.",
    },
    safeRetries: {
      cannot: 'A route has no words for ways of failing.',
      instead: "Istio's default repeats connect-failure and refused-stream.",
    },
    readRetries: {
      cannot: 'The field retry.codes is in the experimental channel.',
      instead: "What Istio's default repeats: connect-failure and refused-stream.",
    },
    oneCaller: {
      fields: ['DestinationRule spec.workloadSelector'],
      note: 'limits and ejection; a route binds every client of the namespace',
    },
  },
};
