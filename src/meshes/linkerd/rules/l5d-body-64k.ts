import type { Rule } from '../../../rules/rule.js';
import { linkerdFlows } from '../written/annotated.js';

/** What the proxy keeps of a body for a retry, bytes. */
const BUFFER = 65_536;

export const l5dBody64k: Rule = {
  code: 'L5D_BODY_64K',
  severity: 'info',
  layer: 'both',
  title: 'Request bodies are larger than what the proxy keeps for a retry.',
  reads: ['app/load'],
  why: 'Linkerd keeps 64 KiB of a body: a request of 60 KiB was retried, one of 70 KiB was not (measured).',
  fix: 'Repeat such requests in the application, with a body that can be rewound.',
  check: (composition) =>
    linkerdFlows(composition).flatMap(({ name, load, routes }) => {
      const bytes = load?.values.bodyBytes;
      const route = routes.find(({ values }) => values.attempts.value > 0);
      if (bytes === undefined || bytes.value <= BUFFER || route === undefined) return [];
      return [
        {
          target: name,
          at: bytes.place,
          also: [route.values.attempts.place],
          message: `Bodies of ${bytes.value} bytes do not fit into the proxy's buffer of ${BUFFER}: the retries of ${route.target} do not act on them.`,
          fix: 'A retry in the application with a body that can be rewound.',
        },
      ];
    }),
};
