import { down, exists, locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { deadMatchesOf } from '../written/dead-matches.js';
import { describe } from '../written/match-cover.js';
import { nameOfRoute, virtualServicesOf } from '../written/virtual-services.js';

export const routeUnreachable: Rule = {
  code: 'ROUTE_UNREACHABLE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A route is never taken: an earlier one takes all that it matches.',
  reads: ['mesh/objects'],
  why: 'Routes are asked in the order in which they are written, and the first that matches is taken (virtual_service.proto, http; IST0130). A prefix takes every longer path, also "/apikeys" for "/api".',
  fix: 'The narrower route first, or a narrower match in the earlier one.',
  check: (composition) =>
    virtualServicesOf(composition).flatMap((object) =>
      deadMatchesOf(object)
        .filter(({ isDead }) => isDead)
        .flatMap(({ route, dead }) => {
          const [first] = dead;
          if (first === undefined) return [];
          const [place, own] = [locate(first.by.at), locate(route.at)];
          const [taken, meant] = [describe(first.by), describe(first.match)];
          // A route without `match` is the one to change, whatever is behind it.
          const isCatchAll = !exists(down(first.of.at, 'match'));
          return [
            {
              target: targetOf(object),
              at: isCatchAll ? place : own,
              also: [isCatchAll ? own : place],
              message: `${nameOfRoute(route)} is never taken: ${nameOfRoute(first.of)} before it takes ${taken}${taken === meant ? '' : `, ${meant} included`} (${cite(place)}).`,
              fix: `Move ${nameOfRoute(route)} in front of ${nameOfRoute(first.of)}.`,
            },
          ];
        }),
    ),
};
