import type { Emitted } from '../../../model/context.js';
import { formatDuration } from '../../../model/duration.js';
import type { UpstreamIntent } from '../../../model/mesh-emitter.js';
import { methodOf } from './method-of.js';

/**
 * True when the service has a route for an upstream: it is ours to have, the upstream is a Service, and there is
 * something to say. Where the application repeats, that is the timeout alone, and a stream has none.
 */
export function hasRoute({ upstream, policy, policed }: UpstreamIntent): boolean {
  if (!policed || upstream.address.external || upstream.namespaceRoute === 'theirs') return false;
  return !(policy.repeated && upstream.stream);
}

/** Routes of calls to one upstream. Annotations hold for a whole route, timeouts for one rule. */
export function upstreamRoutes(each: UpstreamIntent): Emitted {
  const { upstream, policy } = each;
  const { host } = upstream.address;
  return {
    inFiles: hasRoute(each),
    /** The first label of the host is the name of the Service. */
    service: host.split('.')[0] ?? host,
    claimed: upstream.namespaceRoute === 'claimed',
    repeatedTimeout: formatDuration(policy.repeatedTimeout),
    otherTimeout: formatDuration(policy.otherTimeout),
    ...callRoutes(each),
  };
}

/**
 * Routes of gRPC: annotations hold for a whole route, so that methods with a timeout or retries of their own have one of
 * their own. Where the application repeats, its timeout holds for them; where it does not, the mesh repeats them once.
 */
function callRoutes({ upstream, policy }: UpstreamIntent) {
  const idempotent = upstream.methods.flatMap(({ name, idempotent: isSafe }) =>
    isSafe ? [methodOf(name)] : [],
  );
  const isUndivided = policy.repeated && idempotent.length === 0;
  return {
    idempotentMethods: idempotent,
    restTimeout: formatDuration(isUndivided ? policy.repeatedTimeout : policy.otherTimeout),
    idempotentTimeout: formatDuration(
      policy.repeated ? policy.repeatedTimeout : policy.otherTimeout,
    ),
  };
}

/**
 * How long the proxy of this service waits for connections, for all that it calls: as long as the most impatient
 * upstream allows; empty without upstreams.
 */
export function connectTimeout(upstreams: readonly UpstreamIntent[]): string {
  if (upstreams.length === 0) return '';
  return formatDuration(Math.min(...upstreams.map(({ policy }) => policy.connectTimeout)));
}
