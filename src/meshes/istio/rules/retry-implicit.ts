import { actingRoutes, isOpaque } from '../../../flow/reached.js';
import type { Rule } from '../../../rules/rule.js';

export const retryImplicit: Rule = {
  code: 'RETRY_IMPLICIT',
  severity: 'warning',
  layer: 'both',
  title: 'The application repeats calls, and the mesh repeats them by default as well.',
  reads: ['app/retries', 'app/call'],
  why: 'Without a VirtualService a sidecar retries twice on connect-failure, refused-stream, unavailable, cancelled and retriable status codes (Istio, route/retry/retry.go; measured).',
  fix: 'State retries for every route, attempts: 0 where the application repeats.',
  check: ({ flows, all }) => {
    // Without any manifest of the mesh nobody says that there is a sidecar.
    if (all('mesh/workload').length === 0) return undefined;
    return flows.flatMap((flow) => {
      const { call, retries } = flow;
      if (call === undefined || retries === undefined || retries.values.tries.value < 2) return [];
      // At a proxy of the upstream's only its owner has a say.
      if (isOpaque(flow) || flow.through === 'shared' || call.values.owner.value === 'provider')
        return [];
      // What MeshConfig says is said.
      if (actingRoutes(flow).length > 0) return [];
      return [
        {
          target: flow.name,
          at: retries.values.tries.place,
          message: `The application makes ${retries.values.tries.value} tries to ${flow.name}, and no VirtualService says what the mesh does: Istio adds 2 retries of its own for failed connections.`,
          fix: `A VirtualService for ${flow.host} with retries: { attempts: 0 } on the route that the application repeats.`,
        },
      ];
    });
  },
};
