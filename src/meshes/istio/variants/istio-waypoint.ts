import type { MeshVariant } from '../../../model/mesh-variant.js';

const OF_THE_OWNER =
  'At a waypoint only what the owner of a Service says in its namespace counts, for all callers.';
const NO_SIDECAR = 'Pods have no proxy.';

/** Istio's ambient mesh with a waypoint: the service says what holds for calls to it, and for its own calls nothing. */
export const istioWaypoint: MeshVariant = {
  title: 'Istio: ambient, with a waypoint',
  settings: ['provider=istio', 'dataPlane=ambient', 'waypoint=gate'],
  grants: {
    timeout: {
      fields: ['VirtualService spec.http[].timeout'],
      note: "of calls to the service, 50 ms above its own; of an upstream's, its owner says it",
    },
    timeoutByRequest: {
      cannot: OF_THE_OWNER,
      instead: 'The application ends each of its tries itself.',
    },
    noRetries: {
      cannot: OF_THE_OWNER,
      instead: 'The own route repeats only what reached no pod, whatever callers repeat.',
    },
    safeRetries: {
      fields: [
        'VirtualService spec.http[].retries.attempts',
        'VirtualService spec.http[].retries.retryOn',
      ],
      note: 'of calls to the service',
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
      note: 'of our own replicas',
    },
    ejectionShare: {
      fields: ['DestinationRule spec.trafficPolicy.outlierDetection.maxEjectionPercent'],
    },
    limits: {
      fields: [
        'DestinationRule spec.trafficPolicy.connectionPool.http.http2MaxRequests',
        'DestinationRule spec.trafficPolicy.connectionPool.http.http1MaxPendingRequests',
      ],
      note: 'shared by all callers, at each replica of the waypoint',
    },
    idleTimeout: { fields: ['DestinationRule spec.trafficPolicy.connectionPool.http.idleTimeout'] },
    oneCaller: {
      cannot: 'A waypoint drops what asks for the labels of callers.',
      instead: 'What is for one caller belongs into its application.',
    },
    encryption: { fields: ['PeerAuthentication spec.mtls.mode'] },
    callers: {
      fields: [
        'AuthorizationPolicy spec.rules[].from[].source.principals',
        'AuthorizationPolicy spec.selector',
      ],
      note: 'callers at the waypoint; the waypoint alone at the pods',
    },
    openPaths: {
      fields: ['AuthorizationPolicy spec.rules[].to[].operation.paths'],
      note: 'probes come past the mesh',
    },
    users: {
      fields: [
        'RequestAuthentication spec.targetRefs[].name',
        'AuthorizationPolicy spec.rules[].from[].source.requestPrincipals',
      ],
    },
    trial: {
      fields: [
        'AuthorizationPolicy annotation istio.io/dry-run',
        'PeerAuthentication spec.mtls.mode',
      ],
      note: 'at the waypoint; who may connect comes with enforce',
    },
    egress: {
      cannot: 'The ambient mesh lets pods reach every host.',
      instead: 'Hosts outside are made known to it; a NetworkPolicy of the platform limits them.',
    },
    tracing: {
      fields: ['Telemetry spec.tracing[].randomSamplingPercentage'],
      note: 'one span, of the waypoint',
    },
    start: { cannot: NO_SIDECAR, instead: 'The ztunnel of the node runs before pods start.' },
    stop: { cannot: NO_SIDECAR, instead: 'The ztunnel of the node outlives the pod.' },
    resources: { cannot: NO_SIDECAR, instead: 'Those of the waypoint are for its owner to set.' },
  },
};
