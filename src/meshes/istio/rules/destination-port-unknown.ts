import { down, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import type { World } from '../../../manifests/kind.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';
import { findHost, isMade, type Registered } from '../written/registry.js';
import {
  destinationsOf,
  nameOfRoute,
  virtualServicesOf,
  type WrittenDestination,
} from '../written/virtual-services.js';

export const destinationPortUnknown: Rule = {
  code: 'DESTINATION_PORT_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A route sends to a port that the Service does not have.',
  reads: ['mesh/objects'],
  why: "destination.port is the Service's port, not the container's: for one that the Service lacks there is no cluster, and every request is 503 with an empty body (NC; measured; IST0101).",
  fix: 'A port of the Service, the number under ports[].port.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) =>
      destinationsOf(object).flatMap((destination) => checkPort(object, destination, world)),
    );
  },
};

function checkPort(object: Cursor, destination: WrittenDestination, world: World): Report[] {
  const { host, port, at, route, isMirror } = destination;
  const from = object.object.namespace;
  if (port === undefined || isUnresolved(host) || isMade(world, host, from)) return [];
  const found = findHost(world, host, from).filter(({ ports }) => ports.length > 0);
  const [registered] = found;
  if (
    registered === undefined ||
    found.some(({ ports }) => ports.some((one) => one.number === port))
  )
    return [];
  const place = locate(registered.object);
  const ports = registered.ports.map((one) => one.number);
  return [
    {
      target: targetOf(object),
      at: locate(down(at, 'port', 'number')),
      also: [place],
      message: `${nameOfRoute(route)} ${isMirror ? 'mirrors' : 'sends'} to port ${port} of ${host}, which has ${ports.join(', ')} (${cite(place)})${containerHint(registered, port)}: ${isMirror ? 'no copy arrives' : 'every request is 503'}.`,
      fix: `port: { number: ${portFor(registered, port)} }`,
    },
  ];
}

/** The Service's port that leads to this one of the container, where one does. */
function portFor({ ports }: Registered, port: number): number {
  return (ports.find((one) => targetOfPort(one.at) === String(port)) ?? ports[0])?.number ?? port;
}

function containerHint({ ports }: Registered, port: number): string {
  const leads = ports.find((one) => targetOfPort(one.at) === String(port));
  return leads === undefined ? '' : `, of which ${leads.number} leads to the container's ${port}`;
}

function targetOfPort(at: Cursor): string {
  const { node } = down(at, 'targetPort');
  return node?.kind === 'scalar' ? String(node.value) : '';
}
