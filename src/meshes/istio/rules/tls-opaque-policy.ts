import { isOpaque } from '../../../flow/reached.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const tlsOpaquePolicy: Rule = {
  code: 'TLS_OPAQUE_POLICY',
  severity: 'error',
  layer: 'both',
  title: 'HTTP policy for an upstream to which the application speaks TLS itself.',
  reads: ['app/call', 'mesh/route'],
  why: 'The sidecar sees bytes when the application opens TLS: no retries, timeouts, methods or paths exist for it, and HTTP routes never act.',
  fix: 'http:// in the application and tls mode SIMPLE in the DestinationRule (the sidecar opens TLS), or resilience in the application alone.',
  check: ({ flows }) =>
    flows.flatMap((flow) => {
      const { name, call, routes } = flow;
      if (call === undefined || !isOpaque(flow) || flow.through === 'nothing') return [];
      const [route] = routes;
      if (route === undefined) return [];
      return [
        {
          target: name,
          at: route.place,
          also: [call.values.url.place],
          message: `${route.target} sets HTTP routes for ${name}, which is called by ${call.values.url.value} (${cite(call.values.url.place)}): the sidecar sees TLS, and none of it acts.`,
          fix: 'Drop these routes, or call it by http:// and let the sidecar open TLS (tls mode SIMPLE).',
        },
      ];
    }),
};
