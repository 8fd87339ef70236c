import { locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { deadMatchesOf } from '../written/dead-matches.js';
import { describe } from '../written/match-cover.js';
import { nameOfRoute, virtualServicesOf } from '../written/virtual-services.js';

export const routeMatchRepeated: Rule = {
  code: 'ROUTE_MATCH_REPEATED',
  severity: 'info',
  layer: 'mesh',
  title: 'A match of a route never decides: another one takes all of it.',
  reads: ['mesh/objects'],
  why: 'The first match that holds is taken, within a route and from route to route: one that is narrower than an earlier one, or the same, changes nothing (IST0131). Often a later version of a path was meant to go elsewhere.',
  fix: 'Take it out, or move it in front.',
  check: (composition) =>
    virtualServicesOf(composition).flatMap((object) =>
      deadMatchesOf(object)
        .filter(({ isDead }) => !isDead)
        .flatMap(({ route, dead }) =>
          dead.map(({ match, by, of }) => {
            const place = locate(by.at);
            return {
              target: targetOf(object),
              at: locate(match.at),
              also: [place],
              message: `${describe(match)} in ${nameOfRoute(route)} decides nothing: ${nameOfRoute(of)} takes ${describe(by)} before it (${cite(place)}).`,
              fix: 'Take this match out, or put it in front of the wider one.',
            };
          }),
        ),
    ),
};
