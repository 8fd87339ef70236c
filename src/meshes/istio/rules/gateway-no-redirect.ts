import { down, flag, locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import {
  gatewaysOf,
  overlap,
  type WrittenGateway,
  type WrittenServer,
} from '../written/gateways.js';

export const gatewayNoRedirect: Rule = {
  code: 'GATEWAY_NO_REDIRECT',
  severity: 'info',
  layer: 'mesh',
  title: 'A host with HTTPS is served in plain text too.',
  reads: ['mesh/objects'],
  why: 'The HTTP server of a Gateway answers with the same routes as the HTTPS one, tokens and cookies in plain text, unless tls.httpsRedirect sends clients away with 301 (gateway.proto, ServerTLSSettings).',
  fix: 'tls: { httpsRedirect: true } on the HTTP server.',
  check: (composition) => gatewaysOf(composition).flatMap(checkGateway),
};

function checkGateway({ object, servers }: WrittenGateway): Report[] {
  const secure = servers.filter(({ protocol, tlsMode }) => protocol === 'HTTPS' && tlsMode !== '');
  return servers.flatMap((server) => {
    const isPlain = server.protocol === 'HTTP' && server.port !== 0;
    const redirect = flag(down(server.at, 'tls', 'httpsRedirect'), false);
    if (!isPlain || redirect.value || redirect.place.isUnknown) return [];
    const other = secure.find((one) => sharesHost(one, server));
    if (other === undefined) return [];
    const place = locate(other.at);
    return [
      {
        target: targetOf(object),
        at: locate(server.at),
        also: [place],
        message: `Port ${server.port} serves ${server.hosts.map(({ host }) => host).join(', ')} in plain text, which port ${other.port} serves by HTTPS (${cite(place)}).`,
        fix: 'tls: { httpsRedirect: true } on this server.',
      },
    ];
  });
}

function sharesHost(a: WrittenServer, b: WrittenServer): boolean {
  return a.hosts.some((one) => b.hosts.some((two) => overlap(one.host, two.host)));
}
