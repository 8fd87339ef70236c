import { locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { isSame, selectsSame } from '../written/same-pods.js';
import { gatewaysOf, type WrittenGateway, type WrittenServer } from '../written/gateways.js';

export const gatewaysConflict: Rule = {
  code: 'GATEWAYS_CONFLICT',
  severity: 'error',
  layer: 'mesh',
  title: 'Two Gateways want the same host and port of the same pods.',
  reads: ['mesh/objects'],
  why: 'Of two servers with TLS for one host and port a gateway keeps the one of the older Gateway, and of two protocols on one port the first; the other is dropped with a line in the log (model/gateway.go, MergeGateways; IST0145, KIA0301). Plain HTTP servers of one port are joined.',
  fix: 'One Gateway for the host, or another host, port or selector.',
  check: (composition) => {
    const first = new Map<string, Claim[]>();
    return gatewaysOf(composition).flatMap((gateway) =>
      gateway.servers.flatMap((server) =>
        server.port === 0
          ? []
          : server.hosts.flatMap(({ host }) => claim(first, { gateway, server, host })),
      ),
    );
  },
};

type Claim = {
  readonly gateway: WrittenGateway;
  readonly server: WrittenServer;
  readonly host: string;
};

/** Only the first claim of each selector is kept: the list stays as short as there are kinds of gateway pods. */
function claim(first: Map<string, Claim[]>, mine: Claim): Report[] {
  const { gateway, server, host } = mine;
  const key = `${server.port} ${server.bind} ${host}`;
  const known = first.get(key) ?? [];
  const isKnown = known.some((other) => isSame(other.gateway.selector, gateway.selector));
  if (!isKnown) first.set(key, [...known, mine]);
  const other = known.find((one) => isOther(one, mine) && isConflict(one, mine));
  if (other === undefined) return [];
  const isSure = gateway.namespace !== '' && other.gateway.namespace !== '';
  const place = locate(other.server.at);
  return [
    {
      target: targetOf(gateway.object),
      at: locate(server.at),
      also: [place],
      ...(!isSure && { severity: 'warning' as const }),
      message: `${targetOf(gateway.object)} and ${targetOf(other.gateway.object)} (${cite(place)}) both take ${host} at port ${server.port} of the same pods: one of them is dropped.`,
      fix: 'Leave the host to one of them, or give each its own port or gateway.',
    },
  ];
}

function isOther(a: Claim, b: Claim): boolean {
  const [one, two] = [a.gateway.object.object, b.gateway.object.object];
  return one.name !== two.name || one.namespace !== two.namespace;
}

function isConflict(a: Claim, b: Claim): boolean {
  const isJoined =
    a.server.protocol === b.server.protocol && /^(?:HTTP2?|GRPC)$/.test(a.server.protocol);
  return !isJoined && selectsSame(a.gateway.selector, b.gateway.selector);
}
