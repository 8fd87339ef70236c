import { down, locate, targetOf, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { matchesOf, readMatch } from '../read/match.js';
import { linkerdWorld } from '../written/annotated.js';
import { routesIn, rulesOf, type WrittenRoute } from '../written/routes.js';

export const l5dParentShared: Rule = {
  code: 'L5D_PARENT_SHARED',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two routes of one namespace take the same calls to a Service.',
  reads: ['mesh/objects'],
  why: 'Linkerd has no policy for one workload: a route in the namespace of its callers holds for all of them. Of two that match the same requests the older one wins, then the one whose name comes first, so that two services which call one upstream share a policy, and which depends on when they were deployed (policy-controller/k8s/index/src/outbound).',
  fix: 'One route for the namespace, owned by one of the services or by the platform.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    return [...sharing(world).values()].flatMap((routes) => {
      const [first, ...others] = routes;
      if (first === undefined) return [];
      return others
        .filter(({ object }) => object.node !== first.object.node)
        .map((other) => {
          const place = locate(first.parent.at);
          return {
            target: targetOf(other.object),
            at: locate(other.parent.at),
            also: [place],
            message: `${targetOf(other.object)} and ${targetOf(first.object)} (${cite(place)}) of one namespace match the same calls to ${first.parent.name}: the older of them holds for every workload there.`,
            fix: 'One route for both, or matches that exclude each other.',
          };
        });
    });
  },
};

/** Routes of one namespace for one port of a Service, by a match that they share. */
const sharing = perWorld<ReadonlyMap<string, readonly WrittenRoute[]>>((world) => {
  const found = new Map<string, WrittenRoute[]>();
  for (const route of routesIn(world)) {
    const { object, kind, parent } = route;
    if (parent.kind !== 'Service' || object.object.namespace === '') continue;
    const matches = new Set(rulesOf(route).flatMap((rule) => matchesOf(rule).map(shapeOf(kind))));
    for (const match of matches) {
      const key = [
        object.object.namespace,
        kind,
        parent.namespace,
        parent.name,
        parent.port,
        match,
      ].join(' ');
      const known = found.get(key);
      if (known === undefined) found.set(key, [route]);
      else known.push(route);
    }
  }
  return found;
});

function shapeOf(kind: WrittenRoute['kind']): (match: Cursor) => string {
  return (match) =>
    JSON.stringify([
      readMatch(match, kind),
      plain(down(match, 'path')),
      plain(down(match, 'headers')),
    ]);
}

/** What is written, without its places. */
function plain({ node }: Cursor): unknown {
  if (node === undefined) return null;
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map((item) => plain({ node: item } as Cursor));
  return Object.fromEntries(
    [...node.entries].map(([key, value]) => [key, plain({ node: value } as Cursor)]),
  );
}
