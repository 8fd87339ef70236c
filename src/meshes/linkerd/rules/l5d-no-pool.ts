import type { Rule } from '../../../rules/rule.js';
import { linkerdFlows } from '../written/annotated.js';

export const l5dNoPool: Rule = {
  code: 'L5D_NO_POOL',
  severity: 'info',
  layer: 'both',
  title: 'Nothing limits how many calls are open at once.',
  reads: ['app/call', 'app/server'],
  why: 'Linkerd has no connection or request limit to configure (measured: 150 calls at once to one endpoint were all served). The application is the only place that can refuse to pile calls up on an upstream that is slow.',
  fix: 'A limit on calls at once in the application.',
  check: (composition) => {
    const { server } = composition;
    if (server === undefined || server.values.connections !== undefined) return [];
    return linkerdFlows(composition).flatMap(({ name, call }) =>
      call === undefined
        ? []
        : [
            {
              target: name,
              at: call.place,
              message: `Nothing declares a limit of the application on calls to ${name} at once, and Linkerd has none.`,
              fix: 'A bulkhead in the application, for calls to each upstream.',
            },
          ],
    );
  },
};
