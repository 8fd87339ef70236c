import { worstAmplification } from './retry-amplified.js';
import type { Rule } from '../rule.js';

export const odRetryCoupled: Rule = {
  code: 'OD_RETRY_COUPLED',
  severity: 'info',
  layer: 'both',
  title: 'The tries of one call are enough to eject a replica.',
  reads: ['mesh/route', 'mesh/trafficPolicy'],
  why: 'Each retry counts as an error for outlier detection (measured: 4 calls with 2 retries made 12 errors and 3 ejections). When one endpoint is left, all tries of a call go there.',
  fix: 'A limit of errors in a row above the tries of one call, or fewer tries.',
  check: ({ flows }) =>
    flows.flatMap((flow) => {
      const errors = flow.policy?.values.outlier?.consecutive5xxErrors;
      if (errors === undefined || errors.value === 0) return [];
      const tries = flow.routes.map((route) => ({ route, ...worstAmplification(flow, route) }));
      const worst = tries.find(({ app, mesh }) => app * mesh >= errors.value);
      if (worst === undefined) return [];
      return [
        {
          target: flow.name,
          at: errors.place,
          also: [worst.route.values.attempts.place],
          message: `One failing call makes ${worst.app * worst.mesh} tries (${worst.app} by the application × ${worst.mesh} by the mesh), and ${errors.value} errors in a row eject a replica of ${flow.name}.`,
          fix: `${flow.mesh.words.errorsInRow} above ${worst.app * worst.mesh}, or fewer tries.`,
        },
      ];
    }),
};
