import type { EgressValues } from './context.js';
import type { UpstreamIntent } from './mesh-emitter.js';

/** Ports that a proxy leaves alone; a port that anything else uses stays in its hands. */
export function bypassedPorts({
  upstreams,
  egress,
}: {
  readonly upstreams: readonly UpstreamIntent[];
  readonly egress: readonly EgressValues[];
}): number[] {
  const carried = new Set([
    ...upstreams.map(({ upstream }) => upstream.address.port),
    ...egress.flatMap(({ bypass, port }) => (bypass ? [] : [port])),
  ]);
  const bypassed = egress.filter(({ bypass, port }) => bypass && !carried.has(port));
  return [...new Set(bypassed.map(({ port }) => port))].sort((a, b) => a - b);
}
