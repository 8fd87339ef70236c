import {
  down,
  exists,
  itemsOf,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { GROUP } from '../backends.js';

export const gwapiRuleUnreachable: Rule = {
  code: 'GWAPI_RULE_UNREACHABLE',
  severity: 'warning',
  layer: 'mesh',
  title: 'A rule of an HTTPRoute is never taken: an earlier one has the same matches.',
  reads: ['mesh/objects'],
  why: 'The most specific match wins, whatever its place; of equal ones the first rule of the route does (HTTPRouteRule, matches). A rule all of whose matches an earlier rule has gets no request.',
  fix: 'One rule for both, or a match that tells them apart.',
  check: (composition) =>
    worldOf(composition)
      .ofKind(GROUP, 'HTTPRoute')
      .flatMap((object) => {
        const taken = new Map<string, Cursor>();
        return itemsOf(down(object, 'spec', 'rules')).flatMap((rule, index) => {
          const keys = keysOf(rule);
          const earlier = keys.map((key) => taken.get(key));
          for (const key of keys) if (!taken.has(key)) taken.set(key, rule);
          const [first] = earlier;
          if (first === undefined || earlier.includes(undefined)) return [];
          const place = locate(first);
          return [
            {
              target: targetOf(object),
              at: locate(rule),
              also: [place],
              message: `Rule ${index + 1} is never taken: the rule of ${cite(place)} has the same matches and comes first.`,
              fix: 'Join the two rules, or add a match that tells them apart.',
            },
          ];
        });
      }),
};

/** The matches of a rule with the defaults of the API written out; one that nobody can compare is of its own kind. */
function keysOf(rule: Cursor): string[] {
  const matches = itemsOf(down(rule, 'matches'));
  return (matches.length > 0 ? matches : [down(rule, 'matches', 0)]).map((match) => {
    const named = (key: string): string[] =>
      itemsOf(down(match, key))
        .map((item) =>
          [
            text(down(item, 'type'), 'Exact').value,
            text(down(item, 'name')).value.toLowerCase(),
            text(down(item, 'value')).value,
          ].join('='),
        )
        .sort();
    const method = down(match, 'method');
    return JSON.stringify([
      text(down(match, 'path', 'type'), 'PathPrefix').value,
      text(down(match, 'path', 'value'), '/').value.replace(/(.)\/$/, '$1'),
      exists(method) ? text(method).value : '',
      named('headers'),
      named('queryParams'),
    ]);
  });
}
