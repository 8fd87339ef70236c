import { down, exists, itemsOf, number, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { findHost, isHttp, type WrittenPort } from './registry.js';
import { hostsOf, type Protocol } from './virtual-services.js';

/** Routes of one kind that a sidecar never asks, by the ports at which it would. */
export type IdleRoutes = {
  readonly kind: Protocol;
  readonly at: Cursor;
  readonly ports: readonly WrittenPort[];
};

const KINDS: readonly Protocol[] = ['http', 'tls', 'tcp'];

/** Kinds of routes of a VirtualService that no port of its hosts reads; none where a port is not known. */
export function idleRoutesOf(object: Cursor, world: World): readonly IdleRoutes[] {
  const from = object.object.namespace;
  const answers = hostsOf(object).map((host) => findHost(world, host, from));
  // A host that is not here may have any port.
  if (answers.length === 0 || answers.some((found) => found.length === 0)) return [];
  const ports = answers.flat().flatMap((one) => one.ports);
  if (ports.length === 0 || ports.some(({ protocol }) => !isKnown(protocol))) return [];
  return KINDS.flatMap((kind) => {
    const at = down(object, 'spec', kind);
    const asked = ports.filter(({ number: port }) => mayAsk(at, port));
    if (!exists(at) || asked.length === 0 || asked.some((port) => reads(port, kind))) return [];
    return [{ kind, at, ports: asked }];
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
