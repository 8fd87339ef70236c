import { down, locate, targetOf, text } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { isSame, selectsSame } from '../written/same-pods.js';
import { gatewaysOf, type WrittenGateway, type WrittenServer } from '../written/gateways.js';

export const gatewayCertTwice: Rule = {
  code: 'GATEWAY_CERT_TWICE',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two Gateways of the same pods serve one certificate for different hosts.',
  reads: ['mesh/objects'],
  why: 'A browser uses an HTTP/2 connection for every host that its certificate is good for, and the gateway looks for the route in the Gateway of the connection\'s own host: 404 for the others (istio.io, common problems, "404 errors occur when multiple gateways configured with same TLS certificate"; IST0138).',
  fix: 'One Gateway with all the hosts of the certificate, or a certificate for each.',
  check: (composition) => {
    const first = new Map<string, Server[]>();
    return gatewaysOf(composition).flatMap((gateway) =>
      gateway.servers.flatMap((server) => {
        const name = text(down(server.at, 'tls', 'credentialName'));
        if (name.value === '') return [];
        // The first of each selector is kept: the list stays as short as there are kinds of gateway pods.
        const known = first.get(name.value) ?? [];
        if (!known.some((one) => isSame(one.gateway.selector, gateway.selector)))
          first.set(name.value, [...known, { gateway, server }]);
        const other = known.find(
          (one) =>
            one.gateway.object.object.name !== gateway.object.object.name &&
            selectsSame(one.gateway.selector, gateway.selector),
        );
        if (other === undefined) return [];
        const place = locate(other.server.at);
        return [
          {
            target: targetOf(gateway.object),
            at: name.place,
            also: [place],
            message: `${targetOf(gateway.object)} and ${targetOf(other.gateway.object)} (${cite(place)}) serve certificate ${name.value} from the same pods: a client that keeps its connection gets 404 for the other's hosts.`,
            fix: `Put the hosts of ${name.value} into one Gateway.`,
          },
        ];
      }),
    );
  },
};

type Server = { readonly gateway: WrittenGateway; readonly server: WrittenServer };
