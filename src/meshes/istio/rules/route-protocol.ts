import {
  down,
  exists,
  locate,
  number,
  itemsOf,
  targetOf,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { findHost, isHttp, type WrittenPort } from '../written/registry.js';
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
      .flatMap((object) => checkHosts(object, world));
  },
};

function checkHosts(object: Cursor, world: World): Report[] {
  const from = object.object.namespace;
  const answers = hostsOf(object).map((host) => findHost(world, host, from));
  // A host that is not here may have any port.
  if (answers.length === 0 || answers.some((found) => found.length === 0)) return [];
  const ports = answers.flat().flatMap((one) => one.ports);
  const [first] = ports;
  if (first === undefined || ports.some(({ protocol }) => !isKnown(protocol))) return [];
  return ['http', 'tls', 'tcp'].flatMap((kind) => {
    const at = down(object, 'spec', kind);
    const asked = ports.filter(({ number: port }) => mayAsk(at, port));
    if (!exists(at) || asked.length === 0 || asked.some((port) => reads(port, kind))) return [];
    const place = locate(first.at);
    const named = asked.map(({ number: port, protocol }) => `${port} (${protocol})`);
    return [
      {
        target: targetOf(object),
        at: locate(at),
        also: [place],
        message: `${kind} routes never act: ${hostsOf(object).join(', ')} has port ${named.join(', ')} only (${cite(place)}), where a sidecar ${kind === 'http' ? 'sees bytes' : 'reads requests'}.`,
        fix:
          kind === 'http'
            ? 'Call it by plain HTTP and let the sidecar open TLS (DestinationRule, tls mode SIMPLE), or leave timeouts and retries to the application.'
            : 'Write http routes.',
      },
    ];
  });
}

/** Some route of the kind may be asked at that port. */
function mayAsk(routes: Cursor, port: number): boolean {
  return itemsOf(routes).some((route) => {
    const matches = itemsOf(down(route, 'match'));
    return (
      matches.length === 0 ||
      matches.some((match) => [0, port].includes(number(down(match, 'port'), 0).value))
    );
  });
}

function reads({ protocol }: WrittenPort, kind: string): boolean {
  return isHttp(protocol) === (kind === 'http');
}

/** Of another protocol, or none, Istio guesses. */
function isKnown(protocol: string): boolean {
  return isHttp(protocol) || /^(?:https|tls|tcp|mongo|mysql|redis)$/.test(protocol);
}
