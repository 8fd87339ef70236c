import { locate, down, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { findHost, isMade } from '../written/registry.js';
import { destinationsOf, nameOfRoute, virtualServicesOf } from '../written/virtual-services.js';

export const destinationPortAmbiguous: Rule = {
  code: 'DESTINATION_PORT_AMBIGUOUS',
  severity: 'warning',
  layer: 'mesh',
  title: 'A route sends to a Service with several ports, and names none.',
  reads: ['mesh/objects'],
  why: "Without destination.port the request goes to the port at which it came in, which a gateway's caller did not choose among the Service's: 503 where the Service has no such port (virtual_service.proto, Destination.port; IST0112).",
  fix: 'destination.port with the number of the port that is meant.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) => {
      const from = object.object.namespace;
      return destinationsOf(object).flatMap(({ host, port, at, route }) => {
        if (port !== undefined || isUnresolved(host) || isMade(world, host, from)) return [];
        const [registered, ...others] = findHost(world, host, from);
        if (registered === undefined || others.length > 0 || registered.ports.length < 2) return [];
        const place = locate(registered.object);
        const ports = registered.ports.map((one) => one.number);
        return [
          {
            target: targetOf(object),
            at: locate(down(at, 'host')),
            also: [place],
            message: `${nameOfRoute(route)} names none of the ports ${ports.join(', ')} of ${host} (${cite(place)}): each request goes to the port at which it came in.`,
            fix: `port: { number: ${ports[0] ?? 0} }`,
          },
        ];
      });
    });
  },
};
