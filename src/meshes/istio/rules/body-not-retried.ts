import type { Rule } from '../../../rules/rule.js';

/** Envoy's per-connection buffer, bytes. */
const BUFFER = 1_048_576;

export const bodyNotRetried: Rule = {
  code: 'BODY_NOT_RETRIED',
  severity: 'info',
  layer: 'both',
  title: 'Request bodies are larger than what the sidecar keeps for a retry.',
  reads: ['app/load', 'mesh/route'],
  why: 'A body above the per-connection buffer of 1 MiB is not kept, so that its request is tried once (measured: 2 MiB answered by 503, 1 try; 900 KiB, 3 tries).',
  fix: 'Repeat such requests in the application, with a body that can be rewound.',
  check: ({ flows }) => {
    const declared = flows.filter(({ load }) => load?.values.bodyBytes !== undefined);
    if (declared.length === 0) return undefined;
    return declared.flatMap(({ name, load, routes }) => {
      const bytes = load?.values.bodyBytes;
      const route = routes.find(({ values }) => values.attempts.value > 0);
      if (bytes === undefined || bytes.value <= BUFFER || route === undefined) return [];
      return [
        {
          target: name,
          at: bytes.place,
          also: [route.values.attempts.place],
          message: `Bodies of ${bytes.value} bytes do not fit into the sidecar's buffer of ${BUFFER}: attempts: ${route.values.attempts.value} does not act on them.`,
          fix: 'attempts: 0 for these requests, and a retry in the application with a body that can be rewound.',
        },
      ];
    });
  },
};
