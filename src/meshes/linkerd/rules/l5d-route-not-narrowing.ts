import { locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { linkerdWorld } from '../written/annotated.js';
import { authorizationsIn, serversIn, wideAuthorizations } from '../written/inbound.js';
import { routesTo } from '../written/annotated.js';
import { mayBeSame } from '../../world.js';
import { callersOf, isWithin } from '../written/callers.js';

export const l5dRouteNotNarrowing: Rule = {
  code: 'L5D_ROUTE_NOT_NARROWING',
  severity: 'error',
  layer: 'mesh',
  title: 'A policy for a route means to narrow what its Server already allows.',
  reads: ['mesh/objects'],
  why: "A request is let in if any authorization of its Server, its namespace or its route matches: one on the route cannot take away what a wider one gives (measured). Callers of the wider policy reach the route's paths as well.",
  fix: 'Authorizations on routes only, one route for each set of paths.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return authorizationsIn(world)
      .filter(({ kind }) => kind === 'HTTPRoute' || kind === 'GRPCRoute')
      .flatMap(({ object, kind, name, namespace }) => {
        const route = routesTo('Server', world).find(
          (one) =>
            one.kind === kind &&
            one.object.object.name === name &&
            mayBeSame(one.object.object.namespace, namespace),
        );
        if (route === undefined) return [];
        const server = serversIn(world).find(
          (one) =>
            one.object.object.name === route.parent.name &&
            mayBeSame(one.namespace, route.parent.namespace),
        );
        const narrow = callersOf(object, world);
        // Who is let in beside the callers of the Server is added, not taken away.
        const wide = (server === undefined ? [] : wideAuthorizations(server, world)).find((one) =>
          isWithin(narrow, callersOf(one, world)),
        );
        if (wide === undefined) return [];
        const place = locate(wide);
        return [
          {
            target: targetOf(object),
            at: locate(object),
            also: [place],
            message: `${targetOf(object)} cannot narrow ${kind} ${name}: ${targetOf(wide)} (${cite(place)}) lets its callers into the whole Server.`,
            fix: `Move ${targetOf(wide)} to routes, or take ${targetOf(object)} out.`,
          },
        ];
      });
  },
};
