import type { EgressValues, Emitted } from '../../../model/context.js';
import type { Ejection, ServicePolicy, UpstreamPolicy } from '../../../model/coherent-policy.js';
import { EJECTION } from '../../../model/coherent-policy.js';
import { formatDuration } from '../../../model/duration.js';
import type { UpstreamIntent } from '../../../model/mesh-emitter.js';
import { transportNamed } from '../../../transports/transports.js';
import { upstreamRoute, type RouteChoice } from './routes.js';
import { serviceEntry } from './service-entry.js';

/** Envoy must not stop ejecting because few replicas are left: `maxEjectionPercent` keeps some. */
const MIN_HEALTH_PERCENT = 0;
/** Connections of listeners take at least Istio's own time to drain. */
const MIN_DRAIN = 45_000;

/** Limits for inbound connections, and for every caller that brings no rule of its own. */
export function serviceTraffic(policy: ServicePolicy): Emitted {
  return {
    http1MaxPendingRequests: policy.maxPending,
    http2MaxRequests: policy.maxRequests,
    idleTimeout: formatDuration(policy.meshIdleTimeout),
    outlierDetection: outlierDetection(EJECTION),
    retryBudget: {
      percent: policy.retryBudget.percent,
      minRetryConcurrency: policy.retryBudget.minimum,
    },
    terminationDrainDuration: formatDuration(policy.stopping),
    drainDuration: formatDuration(Math.max(MIN_DRAIN, policy.stopping)),
  };
}

type Surroundings = {
  readonly upstreams: readonly UpstreamIntent[];
  readonly egress: readonly EgressValues[];
  /** Without one nothing carries out what a caller says of its calls. */
  readonly hasSidecar: boolean;
};

/** Routes and limits of the calls to one upstream, and the entry of a host outside. */
export function upstreamTraffic(
  intent: UpstreamIntent,
  { upstreams, egress, hasSidecar, ...choice }: RouteChoice & Surroundings,
): Emitted {
  const { upstream, policy, policed } = intent;
  const { host, external } = upstream.address;
  const sharing = upstreams.flatMap((other) =>
    other.upstream.address.host === host ? [other.upstream] : [],
  );
  // Two entries for one host would hide each other's ports: it stands with the first upstream of that host.
  const hasEntry = external && sharing[0] === upstream;
  const entry = serviceEntry(host, [
    ...sharing.map(({ address: { port, scheme, isOpaque } }) => ({
      port,
      protocol: isOpaque ? 'https' : scheme,
    })),
    ...egress.filter((contact) => contact.host === host),
  ]);
  return {
    inFiles: (policed && hasSidecar) || hasEntry,
    routed: policed && hasSidecar,
    hasEntry,
    ...(hasEntry && { entry }),
    ...routeWords(policy),
    ...splitWords(intent),
    ...upstreamRoute(intent, choice, {
      entry: `${choice.service}-to-${sharing[0]?.name ?? ''}`,
      hasSidecar,
    }),
    ejects: policy.ejection !== undefined,
    outlierDetection: outlierDetection(policy.ejection ?? EJECTION),
  };
}

/**
 * What the application repeats has a route of its own: by HTTP's methods, or by the paths of methods that are declared.
 * Where methods have names and none is declared, nothing tells these calls from others.
 */
function splitWords({ upstream, policy }: UpstreamIntent) {
  const hasNames = transportNamed(upstream.transport).methodName !== undefined;
  const repeatedPaths = hasNames
    ? upstream.methods.flatMap(({ name, idempotent }) => (idempotent ? [name] : []))
    : [];
  return {
    splitsMethods: policy.repeated && (!hasNames || repeatedPaths.length > 0),
    isUndivided: policy.repeated && hasNames && repeatedPaths.length === 0,
    repeatedPaths,
  };
}

/** `attempts` is Istio's word and counts retries: the first try comes on top. */
export function routeWords({
  safeTries,
  safeFailures,
  connectTimeout,
  repeatedTimeout,
  otherTimeout,
}: UpstreamPolicy) {
  return {
    repeatedTimeout: formatDuration(repeatedTimeout),
    otherTimeout: formatDuration(otherTimeout),
    attempts: safeTries - 1,
    retryOn: safeFailures.join(','),
    // Istio's own default, 10 s, would eat every retry.
    connectTimeout: formatDuration(connectTimeout),
  };
}

/** Envoy ejects while 100·(ejected+1)/N ≤ `maxEjectionPercent`. */
function outlierDetection({ errors, interval, time, maxPercent }: Ejection) {
  return {
    consecutive5xxErrors: errors,
    interval: formatDuration(interval),
    baseEjectionTime: formatDuration(time),
    maxEjectionPercent: maxPercent,
    minHealthPercent: MIN_HEALTH_PERCENT,
  };
}
