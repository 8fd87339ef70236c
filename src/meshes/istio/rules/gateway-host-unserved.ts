import { targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { findGateway, serversFor } from '../written/gateways.js';
import { gatewayRefsOf, hostsOf, virtualServicesOf } from '../written/virtual-services.js';

export const gatewayHostUnserved: Rule = {
  code: 'GATEWAY_HOST_UNSERVED',
  severity: 'warning',
  layer: 'mesh',
  title: 'No server of the Gateway takes a host of the VirtualService.',
  reads: ['mesh/objects'],
  why: 'A gateway attaches the routes of a VirtualService to the servers whose hosts overlap with its own, and whose namespace prefix lets it in; without one the routes are on no listener (IST0132).',
  fix: 'The host among the hosts of a server, or the Gateway that has it.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) => {
      const hosts = hostsOf(object);
      const from = object.object.namespace;
      if (hosts.length === 0 || hosts.some(isUnresolved)) return [];
      return gatewayRefsOf(object).flatMap(({ value, place }) => {
        const { found } = findGateway(world, value, from);
        const written = found.flatMap(({ servers }) => servers.flatMap((server) => server.hosts));
        const isServed = found.some((gateway) => serversFor(gateway, hosts, from).length > 0);
        if (found.length === 0 || isServed || written.some(({ host }) => isUnresolved(host)))
          return [];
        const taken = [...new Set(written.map(({ host }) => host))];
        return [
          {
            target: targetOf(object),
            at: place,
            message: `Gateway ${value} takes ${taken.join(', ') || 'no host'}, none of ${hosts.join(', ')}: these routes are on none of its listeners.`,
            fix: `Add ${hosts[0] ?? ''} to the hosts of a server of ${value}.`,
          },
        ];
      });
    });
  },
};
