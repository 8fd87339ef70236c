import { down, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import type { World } from '../../../manifests/kind.js';
import { cite, type Report, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { findHost, isVisible } from '../written/registry.js';
import {
  destinationsOf,
  scopesOf,
  virtualServicesOf,
  type WrittenDestination,
} from '../written/virtual-services.js';

export const destinationNotExported: Rule = {
  code: 'DESTINATION_NOT_EXPORTED',
  severity: 'error',
  layer: 'mesh',
  title: 'A route sends to a host that its callers cannot see.',
  reads: ['mesh/objects'],
  why: 'exportTo of a ServiceEntry and the annotation networking.istio.io/exportTo of a Service keep a host out of the sidecars of other namespaces: routes to it are 503 there (NC; IST0101).',
  fix: 'The namespace of the callers in exportTo, or the routes in a namespace that sees the host.',
  check: (composition) => {
    const world = worldOf(composition);
    return virtualServicesOf(composition).flatMap((object) =>
      destinationsOf(object).flatMap((destination) => checkVisible(object, destination, world)),
    );
  },
};

function checkVisible(object: Cursor, { host, at }: WrittenDestination, world: World): Report[] {
  const from = object.object.namespace;
  const found = host === '' ? [] : findHost(world, host, from);
  const [registered] = found;
  if (registered === undefined) return [];
  // A VirtualService for every namespace acts at least on callers of its own.
  const scopes = scopesOf(object).map((scope) => (scope === '*' ? from : scope));
  const blind = scopes.filter((scope) => !found.some((one) => isVisible(one, scope)));
  if (scopes.length === 0 || blind.length < scopes.length) return [];
  const place = locate(registered.object);
  return [
    {
      target: targetOf(object),
      at: locate(down(at, 'host')),
      also: [place],
      message: `${host} is exported to ${registered.exportTo.join(', ')} only (${cite(place)}), and these routes act in ${blind.join(', ')}: every request is 503.`,
      fix: `Add ${blind[0] ?? ''} to exportTo of ${targetOf(registered.object)}.`,
    },
  ];
}
