import type { EgressValues } from '../../../model/context.js';
import type { UpstreamIntent } from '../../../model/mesh-emitter.js';

export type ServiceEntryWords = {
  readonly host: string;
  readonly ports: readonly {
    readonly number: number;
    readonly name: string;
    readonly protocol: string;
  }[];
  /** Some port is plain TCP, which only an address of its own tells from other hosts. */
  readonly needsAddress: boolean;
};

/** A host outside with every port that the process uses there. TLS that the process speaks itself is `TLS` to the mesh, routed by its server name. */
export function serviceEntry(
  host: string,
  ports: readonly { readonly port: number; readonly protocol: string }[],
): ServiceEntryWords {
  const named = ports
    .filter(({ port }, index) => ports.findIndex((other) => other.port === port) === index)
    .sort((a, b) => a.port - b.port)
    .map(({ port, protocol }) => {
      const spoken = protocol === 'https' ? 'tls' : protocol;
      return { number: port, name: `${spoken}-${port}`, protocol: spoken.toUpperCase() };
    });
  return { host, ports: named, needsAddress: named.some(({ protocol }) => protocol === 'TCP') };
}

/** A ServiceEntry for each host outside that is no upstream. */
export function furtherEntries(
  service: string,
  upstreams: readonly UpstreamIntent[],
  egress: readonly EgressValues[],
): readonly (ServiceEntryWords & { readonly name: string })[] {
  const known = new Set(upstreams.map(({ upstream }) => upstream.address.host));
  const outside = egress.filter(({ external, host }) => external && !known.has(host));
  return [...new Set(outside.map(({ host }) => host))].map((host) => ({
    // Names of upstreams hold no dot, so that this is never the name of theirs.
    name: `${service}-to-${host}`,
    ...serviceEntry(
      host,
      outside.filter((entry) => entry.host === host),
    ),
  }));
}
