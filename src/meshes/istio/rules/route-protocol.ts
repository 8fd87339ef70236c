import { locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { idleRoutesOf, type IdleRoutes } from '../written/idle-routes.js';
import { hostsOf, isInMesh, virtualServicesOf } from '../written/virtual-services.js';

export const routeProtocol: Rule = {
  code: 'ROUTE_PROTOCOL',
  severity: 'error',
  layer: 'mesh',
  title: 'The routes are of a kind that no port of the host reads.',
  reads: ['mesh/objects'],
  why: 'A sidecar reads requests on ports whose protocol is HTTP or gRPC, and bytes on all others: http routes, their timeouts and retries among them, never act on a port of https, tls or tcp, and tls and tcp routes never on one of HTTP (networking/core/listener.go, buildSidecarOutboundListener).',
  fix: 'A port that is named for what it speaks, or routes of the kind that it reads.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition)
      .filter(isInMesh)
      .flatMap((object) => idleRoutesOf(object, world).map((idle) => reportOf(object, idle)));
  },
};

function reportOf(object: Cursor, { kind, at, ports }: IdleRoutes): Report {
  const places = ports.slice(0, 1).map((port) => locate(port.at));
  const named = ports.map(({ number, protocol }) => `${number} (${protocol})`);
  return {
    target: targetOf(object),
    at: locate(at),
    also: places,
    message: `${kind} routes never act: ${hostsOf(object).join(', ')} has port ${named.join(', ')} only (${places.map(cite).join()}), where a sidecar ${kind === 'http' ? 'sees bytes' : 'reads requests'}.`,
    fix:
      kind === 'http'
        ? 'Call it by plain HTTP and let the sidecar open TLS (DestinationRule, tls mode SIMPLE), or leave timeouts and retries to the application.'
        : 'Write http routes.',
  };
}
