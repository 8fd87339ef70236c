import type { MeshVariant } from '../../../model/mesh-variant.js';

/** Istio with sidecars and VirtualServices: there are words for everything. */
export const istioSidecar: MeshVariant = {
  title: 'Istio: sidecar, VirtualService',
  settings: ['provider=istio'],
  grants: {
    timeout: { fields: ['VirtualService spec.http[].timeout'] },
    timeoutByRequest: {
      fields: [
        'VirtualService spec.http[].match[].method',
        'VirtualService spec.http[].match[].headers.idempotency-key',
      ],
    },
    noRetries: { fields: ['VirtualService spec.http[].retries.attempts'], note: '0' },
    safeRetries: {
      fields: [
        'VirtualService spec.http[].retries.attempts',
        'VirtualService spec.http[].retries.retryOn',
      ],
      note: 'connect-failure, refused-stream, reset-before-request',
    },
    readRetries: {
      fields: ['VirtualService spec.http[].retries.retryOn'],
      note: 'what nobody has seen, as for every method',
    },
    retryBudget: { fields: ['DestinationRule spec.trafficPolicy.retryBudget.percent'] },
    connectTimeout: {
      fields: ['DestinationRule spec.trafficPolicy.connectionPool.tcp.connectTimeout'],
    },
    ejection: {
      fields: [
        'DestinationRule spec.trafficPolicy.outlierDetection.consecutive5xxErrors',
        'DestinationRule spec.trafficPolicy.outlierDetection.baseEjectionTime',
      ],
    },
    ejectionShare: {
      fields: ['DestinationRule spec.trafficPolicy.outlierDetection.maxEjectionPercent'],
    },
    limits: {
      fields: [
        'DestinationRule spec.trafficPolicy.connectionPool.http.http2MaxRequests',
        'DestinationRule spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests',
      ],
    },
    idleTimeout: { fields: ['DestinationRule spec.trafficPolicy.connectionPool.http.idleTimeout'] },
    oneCaller: {
      fields: [
        'VirtualService spec.http[].match[].sourceLabels',
        'DestinationRule spec.workloadSelector',
      ],
    },
    encryption: { fields: ['PeerAuthentication spec.mtls.mode'] },
    callers: { fields: ['AuthorizationPolicy spec.rules[].from[].source.principals'] },
    openPaths: {
      fields: ['AuthorizationPolicy spec.rules[].to[].operation.paths'],
      note: 'probes are rewritten by the injector',
    },
    users: {
      fields: [
        'RequestAuthentication spec.jwtRules[].issuer',
        'AuthorizationPolicy spec.rules[].from[].source.requestPrincipals',
      ],
    },
    trial: {
      fields: [
        'AuthorizationPolicy annotation istio.io/dry-run',
        'PeerAuthentication spec.mtls.mode',
        'Sidecar spec.outboundTrafficPolicy.mode',
      ],
    },
    egress: { fields: ['Sidecar spec.egress[].hosts', 'ServiceEntry spec.hosts'] },
    tracing: { fields: ['Telemetry spec.tracing[].randomSamplingPercentage'] },
    start: {
      fields: ['Deployment annotation proxy.istio.io/config'],
      note: 'holdApplicationUntilProxyStarts',
    },
    stop: {
      fields: ['Deployment annotation proxy.istio.io/config'],
      note: 'terminationDrainDuration',
    },
    resources: { fields: ['Deployment annotation sidecar.istio.io/proxyCPU'] },
  },
};
