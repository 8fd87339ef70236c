import { down, exists, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { findGateway, serversFor, type WrittenServer } from '../written/gateways.js';
import {
  gatewayRefsOf,
  hostsOf,
  isInMesh,
  virtualServicesOf,
} from '../written/virtual-services.js';

export const gatewayRouteProtocol: Rule = {
  code: 'GATEWAY_ROUTE_PROTOCOL',
  severity: 'error',
  layer: 'mesh',
  title: 'The routes are of a kind that no server of the Gateway reads.',
  reads: ['mesh/objects'],
  why: 'A server with tls.mode PASSTHROUGH sees bytes and the server name: it takes tls routes. One that ends TLS, and one of HTTP, takes http routes; one of TCP tcp routes (networking/core/gateway.go). Routes of another kind are left out without a word.',
  fix: 'tls routes with sniHosts for PASSTHROUGH, http routes where the gateway ends TLS.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) => {
      const from = object.object.namespace;
      const gateways = gatewayRefsOf(object).map(
        ({ value }) => findGateway(world, value, from).found,
      );
      // What is in none of the files may serve them.
      if (gateways.length === 0 || gateways.some((found) => found.length === 0)) return [];
      const servers = gateways
        .flat()
        .flatMap((gateway) => serversFor(gateway, hostsOf(object), from));
      return servers.length === 0 ? [] : checkKinds(object, servers);
    });
  },
};

function checkKinds(object: Cursor, servers: readonly WrittenServer[]): Report[] {
  const read = new Set(servers.flatMap(kindsOf));
  const [server] = servers;
  if (server === undefined || read.size === 0) return [];
  return ['http', 'tls', 'tcp']
    .map((kind) => ({ kind, at: down(object, 'spec', kind) }))
    .filter(({ kind, at }) => exists(at) && !read.has(kind))
    .map(({ kind, at }) => {
      const place = locate(server.at);
      const mode = server.tlsMode === '' ? server.protocol : `tls.mode ${server.tlsMode}`;
      return {
        target: targetOf(object),
        at: locate(at),
        also: [place],
        ...(isInMesh(object) && { severity: 'warning' as const }),
        message: `${kind} routes never act: the server for ${hostsOf(object).join(', ')} (${cite(place)}) is ${mode}, which reads ${[...read].join(' and ')} routes.`,
        fix: read.has('tls')
          ? 'Write tls routes with match.sniHosts, or let the Gateway end TLS (mode SIMPLE).'
          : `Write ${[...read].join(' or ')} routes.`,
      };
    });
}

/** Kinds of routes that a server reads; none where its protocol is not known. */
function kindsOf({ protocol, tlsMode }: WrittenServer): readonly string[] {
  if (tlsMode === 'PASSTHROUGH' || tlsMode === 'AUTO_PASSTHROUGH') return ['tls', 'tcp'];
  if (/^(?:HTTP2?|GRPC|GRPC-WEB|HTTPS)$/.test(protocol)) return ['http'];
  return ['tcp', 'tls', ...(/^(?:TCP|TLS|MONGO)$/.test(protocol) ? [] : ['http'])];
}
