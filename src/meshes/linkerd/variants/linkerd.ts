import type { MeshVariant } from '../../../model/mesh-variant.js';

const ownersService = 'Service annotation balancer.linkerd.io/failure-accrual';

export const linkerd: MeshVariant = {
  title: 'Linkerd',
  settings: ['provider=linkerd'],
  further: ['egressScope=namespace'],
  grants: {
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
      fields: ['HTTPRoute spec.rules[].timeouts.request'],
      note: 'no retry.linkerd.io annotation: there are none by default, and a limit of 0 means 1',
    },
    safeRetries: {
      cannot: 'A connection that was refused and one that was reset are both a 502.',
      instead: 'What the application does not repeat is tried once, unless it only reads.',
    },
    readRetries: {
      fields: [
        'HTTPRoute annotation retry.linkerd.io/http',
        'HTTPRoute annotation retry.linkerd.io/limit',
      ],
      note: 'gateway-error, once, for GET, HEAD and OPTIONS',
    },
    retryBudget: {
      cannot: 'Only a ServiceProfile has one, which switches routes off.',
      instead: 'Reads are repeated once at most.',
    },
    connectTimeout: {
      fields: ['Deployment annotation config.linkerd.io/proxy-outbound-connect-timeout'],
      note: 'one for all upstreams',
    },
    ejection: {
      fields: [
        ownersService,
        'Service annotation balancer.linkerd.io/failure-accrual-consecutive-max-failures',
        'Service annotation balancer.linkerd.io/failure-accrual-consecutive-min-penalty',
      ],
      note: "of our own replicas; of an upstream's, its owner says it",
    },
    ejectionShare: {
      cannot: 'Failure accrual looks at each replica alone.',
      instead: 'When all of them fail, callers wait for a probe, and after 3 s get 504 or 503.',
    },
    limits: {
      cannot: 'Its proxies have none.',
      instead: "The application's 256 connections to each upstream are the only limit.",
    },
    idleTimeout: {
      cannot: 'It is fixed in the proxy.',
      instead: 'The proxy closes idle connections after 3 s, before the application does.',
    },
    oneCaller: {
      cannot: 'A route holds for a namespace.',
      instead:
        "It binds every client there; in the upstream's own namespace none is written unasked.",
    },
    encryption: {
      fields: ['Server spec.accessPolicy'],
      note: 'deny; callers are identities, which plain text has none of',
    },
    callers: {
      fields: [
        'MeshTLSAuthentication spec.identityRefs[].name',
        'AuthorizationPolicy spec.requiredAuthenticationRefs[].name',
      ],
    },
    openPaths: {
      fields: [
        'HTTPRoute spec.rules[].matches[].path',
        'NetworkAuthentication spec.networks[].cidr',
      ],
      note: 'routes of the Server',
    },
    users: {
      cannot: 'Its proxies read no tokens.',
      instead:
        'The application alone judges users; allowed callers reach every path until it does.',
    },
    trial: { fields: ['Server spec.accessPolicy'], note: 'audit; routes act at once' },
    egress: {
      fields: ['EgressNetwork spec.trafficPolicy', 'TLSRoute spec.hostnames'],
      note: 'for the whole namespace, with mesh-ready.egressScope: namespace',
    },
    tracing: {
      cannot: 'It is set up for the whole mesh.',
      instead: 'Where it is on, the proxies add spans to traces that others start.',
    },
    start: {
      fields: ['Deployment annotation config.linkerd.io/proxy-enable-native-sidecar'],
    },
    stop: {
      fields: ['Deployment annotation config.linkerd.io/proxy-enable-native-sidecar'],
    },
    resources: {
      fields: [
        'Deployment annotation config.linkerd.io/proxy-cpu-request',
        'Deployment annotation config.linkerd.io/proxy-memory-limit',
      ],
    },
  },
};
