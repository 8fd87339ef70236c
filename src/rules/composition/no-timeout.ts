import { setValue, type Rule } from '../rule.js';

/** What a call gets when nobody chose, ms. */
const SUGGESTED = 2_000;

export const noTimeout: Rule = {
  code: 'NO_TIMEOUT',
  severity: 'error',
  layer: 'both',
  title: 'Neither the application nor the mesh ends a call that hangs.',
  reads: ['app/call'],
  why: 'A mesh sets no timeout where none is written (measured; its source says 0 s), on the inbound side neither. One upstream that hangs takes connections, memory and goroutines until the caller falls over too.',
  fix: "A deadline in the application for each call, and the route's timeout just below it.",
  check: ({ flows }) =>
    flows.flatMap((flow) => {
      const { call } = flow;
      if (call === undefined || call.values.stream || call.values.timeout.value > 0) return [];
      const open = flow.routes.filter(({ values }) => values.timeout.value === 0);
      if (flow.routes.length > 0 && open.length === 0) return [];
      return [
        {
          target: flow.name,
          at: call.values.timeout.place,
          also: open.map(({ values }) => values.timeout.place),
          message: `Nothing ends a call to ${flow.name} that hangs: the application's timeout is off, and ${flow.routes.length === 0 ? `${flow.mesh.title} has none by default` : `${open.length} of ${flow.routes.length} routes has none`}.`,
          fix: `timeout: ${SUGGESTED}ms for the upstream in the application, ${SUGGESTED - 50}ms on its routes.`,
          edits: open.flatMap(({ values }) => setValue(values.timeout, `${SUGGESTED - 50}ms`)),
        },
      ];
    }),
};
