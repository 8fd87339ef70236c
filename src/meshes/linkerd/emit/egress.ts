import type { EgressValues, Emitted } from '../../../model/context.js';
import type { MeshIntent } from '../../../model/mesh-emitter.js';

type Contact = { readonly host: string; readonly port: number; readonly protocol: string };

/** True where the whole namespace is held to the hosts that this service declares. */
export function limitsEgress({ settings }: MeshIntent): boolean {
  return settings['egressScope'] === 'namespace';
}

/**
 * Routes through an EgressNetwork, one for each host outside and port. TLS is known by the name that its client asks
 * for, other bytes only by their port.
 */
export function egressWords(intent: MeshIntent): Emitted {
  return {
    egressRoutes: outside(intent).map(({ host, port, protocol }) => ({
      // Names of upstreams hold no dot, so that this is never the name of a route of theirs.
      name: `${intent.service}-to-${host}.${port}`,
      port,
      kind: kindOf(protocol),
      apiVersion: kindOf(protocol) === 'HTTPRoute' ? 'v1' : 'v1alpha2',
      byName: kindOf(protocol) !== 'TCPRoute',
      host,
      // HTTPRoutes go where they were going.
      namesBackend: kindOf(protocol) !== 'HTTPRoute',
    })),
  };
}

/** Hosts that only their ports tell from others, as `host:port`. */
export function openPorts(intent: MeshIntent): readonly string[] {
  return outside(intent)
    .filter(({ protocol }) => kindOf(protocol) === 'TCPRoute')
    .map(({ host, port }) => `${host}:${port}`);
}

function outside({ upstreams, egress }: MeshIntent): readonly Contact[] {
  const all: readonly Contact[] = [
    ...upstreams.flatMap(({ upstream: { address } }) =>
      address.external ? [{ ...address, protocol: address.scheme }] : [],
    ),
    ...egress.filter(({ external, bypass }: EgressValues) => external && !bypass),
  ];
  return all.filter(
    ({ host, port }, index) =>
      all.findIndex((other) => other.host === host && other.port === port) === index,
  );
}

function kindOf(protocol: string): 'HTTPRoute' | 'TLSRoute' | 'TCPRoute' {
  if (protocol === 'tcp') return 'TCPRoute';
  return /s$/.test(protocol) ? 'TLSRoute' : 'HTTPRoute';
}
