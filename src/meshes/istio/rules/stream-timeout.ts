import {
  down,
  duration,
  entriesOf,
  exists,
  itemsOf,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { removeValue, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { findHost } from '../written/registry.js';
import {
  destinationsOf,
  nameOfRoute,
  routesOf,
  virtualServicesOf,
  type WrittenDestination,
  type WrittenRoute,
} from '../written/virtual-services.js';

export const streamTimeout: Rule = {
  code: 'STREAM_TIMEOUT',
  severity: 'warning',
  layer: 'mesh',
  title: 'A timeout ends connections that are meant to stay open.',
  reads: ['mesh/objects'],
  why: 'The timeout of a route counts until the end of the response, and the response of a WebSocket, of server-sent events and of a stream ends with the connection: it is cut after that time (Envoy, RouteAction.timeout, "spans between the point at which the entire downstream request has been processed and when the upstream response has been completely processed").',
  fix: 'A route for the stream without timeout, and idle timeouts in its place.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) => {
      const destinations = destinationsOf(object);
      return routesOf(object)
        .filter(({ protocol }) => protocol === 'http')
        .flatMap((route) => {
          const own = destinations.filter(
            (one) => one.route.index === route.index && one.route.protocol === 'http',
          );
          return checkRoute(object, route, own, world);
        });
    });
  },
};

function checkRoute(
  object: Cursor,
  route: WrittenRoute,
  destinations: readonly WrittenDestination[],
  world: World,
): Report[] {
  const timeout = duration(down(route.at, 'timeout'), 0);
  if (timeout.value === 0) return [];
  const port = destinations
    .map((one) => streamPortOf(one, object, world))
    .find((one) => one !== undefined);
  const upgrade = itemsOf(down(route.at, 'match')).some(asksForUpgrade);
  const path = itemsOf(down(route.at, 'match'))
    .map(streamPathOf)
    .find((one) => one !== '');
  if (port === undefined && !upgrade && path === undefined) return [];
  const isSure = port !== undefined || upgrade;
  const reason =
    port === undefined
      ? upgrade
        ? 'its requests ask for an upgrade'
        : `${path ?? ''} looks like a stream`
      : port;
  return [
    {
      target: targetOf(object),
      at: timeout.place,
      ...(!isSure && { severity: 'info' as const }),
      message: `${nameOfRoute(route)} ends every response after ${timeout.value} ms, and ${reason}: open connections are cut.`,
      fix: 'Leave timeout out of the route of the stream.',
      ...(isSure && { edits: removeValue(timeout) }),
    },
  ];
}

/** A port that says it carries WebSockets. */
function streamPortOf(
  { host, port }: WrittenDestination,
  object: Cursor,
  world: World,
): string | undefined {
  const [found, ...others] = findHost(world, host, object.object.namespace);
  if (found === undefined || others.length > 0) return undefined;
  const meant = found.ports.filter((one) => port === undefined || one.number === port);
  const [stream] = meant.filter(
    ({ protocol, name }) => /^wss?$/.test(protocol) || /\b(?:ws|wss|websocket)\b/.test(name),
  );
  return stream === undefined || meant.length !== 1
    ? undefined
    : `port ${stream.number} of ${host} carries WebSockets`;
}

function asksForUpgrade(match: Cursor): boolean {
  return entriesOf(down(match, 'headers')).some(
    ([name, value]) => name.toLowerCase() === 'upgrade' && exists(value),
  );
}

function streamPathOf(match: Cursor): string {
  const path =
    ['exact', 'prefix']
      .map((kind) => text(down(match, 'uri', kind)).value)
      .find((one) => one !== '') ?? '';
  return /\/(?:ws|wss|websocket|websockets|socket\.io|sse|events\/stream)(?:\/|$)/.test(path)
    ? path
    : '';
}
