import { namespaceOfHost } from '../../flow/selection.js';
import type { Rule } from '../rule.js';

export const routeBindsEveryClient: Rule = {
  code: 'ROUTE_BINDS_EVERY_CLIENT',
  severity: 'info',
  layer: 'both',
  title: 'A route for an upstream is in its namespace and binds every client of it.',
  reads: ['app/call', 'mesh/route'],
  why: "A route without a word for its callers holds, in the namespace of the upstream, for every client of it in any namespace (Gateway API, GEP-1294: a producer's route); in another namespace it holds for the clients there.",
  fix: 'Leave the route to the owner of the upstream, or agree with them on its timeouts.',
  check: ({ flows, server }) =>
    flows.flatMap((flow) => {
      // Among manifests that no service declares, a route in the namespace is its owner's, as it should be.
      if (server === undefined) return [];
      const { call, host, namespace } = flow;
      const route = flow.routes.find(
        ({ values, namespace: owner }) =>
          owner !== undefined &&
          owner === namespaceOfHost(host) &&
          values.exportTo.includes('*') &&
          values.matches.every(({ sourceLabels }) => Object.keys(sourceLabels).length === 0),
      );
      if (call === undefined || route === undefined || route.namespace !== namespace) return [];
      return [
        {
          target: flow.name,
          at: route.place,
          also: [call.place],
          message: `${route.target} is in ${route.namespace}, the namespace of ${flow.name}: its timeouts bind every client of ${host}, whichever service declares them.`,
          fix: `mesh: { owner: provider } for ${flow.name}, and the timeouts in a route of its owner.`,
        },
      ];
    }),
};
