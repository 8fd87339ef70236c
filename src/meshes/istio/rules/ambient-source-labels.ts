import { pathTo } from '../effective/ambient.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientSourceLabels: Rule = {
  code: 'AMBIENT_SOURCE_LABELS',
  severity: 'error',
  layer: 'mesh',
  title: 'A route for callers with certain labels, at a waypoint, which knows no labels.',
  reads: ['mesh/route', 'mesh/service'],
  why: 'A waypoint drops every match with sourceLabels, and with its last match the route (listener_waypoint.go, istio#51565; measured: timeout and retries of such a VirtualService are not there).',
  fix: 'Routes without sourceLabels, for all callers; what holds for one caller belongs into its application.',
  check: ({ all }) =>
    all('mesh/route').flatMap(({ target, namespace, place, values }) => {
      const { inMesh, matches, hosts, name } = values;
      const labelled = matches.filter((match) => Object.keys(match.sourceLabels).length > 0);
      if (!inMesh || labelled.length === 0) return [];
      const caller = { namespace, labels: undefined };
      const [path] = hosts
        .map((host) => pathTo(host, caller, all))
        .filter(({ kind }) => kind === 'waypoint');
      if (path?.kind !== 'waypoint') return [];
      const lost = labelled.length === matches.length ? 'the route is' : 'these matches are';
      return [
        {
          target,
          at: place,
          also: [path.service.place],
          message: `Route ${name} matches by sourceLabels, and calls to ${path.service.target} are routed by the waypoint ${path.waypoint.name}, which drops such matches: ${lost} not there.`,
          fix: 'The same route without sourceLabels.',
        },
      ];
    }),
};
