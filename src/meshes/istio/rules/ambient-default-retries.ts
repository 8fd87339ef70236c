import type { Rule } from '../../../rules/rule.js';

export const ambientDefaultRetries: Rule = {
  code: 'AMBIENT_DEFAULT_RETRIES',
  severity: 'warning',
  layer: 'both',
  title: 'The application repeats calls, and the waypoint of the upstream does as well.',
  reads: ['app/retries', 'app/call', 'mesh/service'],
  why: 'A waypoint without a route for a Service repeats twice what connect-failure, refused-stream, unavailable and cancelled mean (measured); only the owner of the Service can say otherwise.',
  fix: "A VirtualService of the Service's owner, in its namespace, with attempts: 0 or what reached no pod.",
  check: ({ flows }) =>
    flows.flatMap(({ name, host, through, routes, retries, call, stations = [] }) => {
      if (through !== 'shared' || routes.length > 0) return [];
      const tries = retries?.values.tries;
      if (call === undefined || tries === undefined || tries.value < 2) return [];
      return [
        {
          target: name,
          at: tries.place,
          message: `The application makes ${tries.value} tries to ${name}, and its ${stations[1] ?? 'waypoint'} has no route for it: Istio adds 2 retries of its own for failed connections and gRPC's unavailable.`,
          fix: `A VirtualService for ${host} in its own namespace that says its retries.`,
        },
      ];
    }),
};
