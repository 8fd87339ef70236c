import { routesAtWaypoint } from '../effective/ambient-layer.js';
import { pathTo } from '../effective/ambient.js';
import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientVsAndHttproute: Rule = {
  code: 'AMBIENT_VS_AND_HTTPROUTE',
  severity: 'error',
  layer: 'mesh',
  title: 'A VirtualService and an HTTPRoute for one Service at a waypoint.',
  reads: ['mesh/route', 'mesh/service'],
  why: "A waypoint puts the routes of both one after the other, those of the HTTPRoute first (measured): where it takes every request, the VirtualService's are never reached; a sidecar would choose between them by another order.",
  fix: 'One kind for one host.',
  check: ({ all }) =>
    all('mesh/service').flatMap((service) => {
      const { namespace } = service;
      const path = pathTo(service.values.host, { namespace, labels: undefined }, all);
      if (path.kind !== 'waypoint') return [];
      const routes = routesAtWaypoint(path, undefined, all);
      const [first] = routes.filter(isOfGatewayApi);
      const [other] = routes.filter((route) => !isOfGatewayApi(route));
      if (first === undefined || other === undefined) return [];
      const takesAll = routes.some(
        (route) =>
          isOfGatewayApi(route) &&
          route.values.port === undefined &&
          (route.values.matches.length === 0 ||
            route.values.matches.some(
              ({ methods, isPartial, headers }) =>
                methods === undefined && !isPartial && headers.length === 0,
            )),
      );
      return [
        {
          target: other.target,
          at: other.place,
          also: [first.place],
          ...(!takesAll && { severity: 'warning' as const }),
          message: `The waypoint ${path.waypoint.name} routes calls to ${service.target} by ${first.target} first${takesAll ? `, which takes all of them: ${other.target} never acts` : `, and by ${other.target} only what that leaves`}.`,
          fix: `One of ${first.target} and ${other.target}.`,
        },
      ];
    }),
};
