import type { MeshVariant } from '../../../model/mesh-variant.js';

const UNREAD = 'Without a waypoint nothing in the mesh reads requests.';
const NO_SIDECAR = 'Pods have no proxy.';
const unread = (instead: string) => ({ cannot: UNREAD, instead });

/** Istio's ambient mesh without a waypoint: mTLS and who may connect. */
export const istioAmbient: MeshVariant = {
  title: 'Istio: ambient, without a waypoint',
  settings: ['provider=istio', 'dataPlane=ambient'],
  grants: {
    timeout: unread('The application ends its calls itself.'),
    timeoutByRequest: unread('The application ends each of its tries itself.'),
    noRetries: unread('Nothing but the application repeats.'),
    safeRetries: unread('What the application does not repeat is tried once.'),
    readRetries: unread('What the application does not repeat is tried once.'),
    retryBudget: unread('The application has its own, where it repeats.'),
    connectTimeout: unread('The application has its own.'),
    ejection: unread('A replica that fails gets requests until its readiness probe fails.'),
    ejectionShare: unread('Nothing is ejected.'),
    limits: unread("The application's 256 connections to each upstream are the only limit."),
    idleTimeout: unread('The ends of a connection close it.'),
    oneCaller: unread('What is for one caller belongs into its application.'),
    encryption: { fields: ['PeerAuthentication spec.mtls.mode'] },
    callers: {
      fields: ['AuthorizationPolicy spec.rules[].from[].source.principals'],
      note: 'who may connect; whoever may reaches every path',
    },
    openPaths: unread('Whoever may connect reaches every path; probes come past the mesh.'),
    users: unread(
      'The application alone judges users; allowed callers reach every path until it does.',
    ),
    trial: {
      fields: ['PeerAuthentication spec.mtls.mode'],
      note: 'who may connect comes with enforce',
    },
    egress: {
      cannot: 'The ambient mesh lets pods reach every host.',
      instead: 'Hosts outside are made known to it; a NetworkPolicy of the platform limits them.',
    },
    tracing: unread('Traces hold what applications report.'),
    start: { cannot: NO_SIDECAR, instead: 'The ztunnel of the node runs before pods start.' },
    stop: { cannot: NO_SIDECAR, instead: 'The ztunnel of the node outlives the pod.' },
    resources: { cannot: NO_SIDECAR, instead: 'Those of ztunnel are for the platform to set.' },
  },
};
