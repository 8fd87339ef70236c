import { cite, type Rule } from '../../../rules/rule.js';

export const requestIdDropped: Rule = {
  code: 'REQUEST_ID_DROPPED',
  severity: 'warning',
  layer: 'both',
  title: 'Each hop draws its own sampling decision, since x-request-id is not passed on.',
  reads: ['app/tracing', 'mesh/tracing'],
  why: "Envoy's decision hangs on x-request-id (measured: 100 of 100 alike when the application forwards it); without it every hop redraws.",
  fix: 'Forward x-request-id to upstreams, or sample 100 % at the sidecars.',
  check: ({ all }) => {
    const forwards = all('app/tracing')[0]?.values.forwardsRequestId;
    if (forwards === undefined) return undefined;
    return all('mesh/tracing').flatMap(({ target, values }) => {
      const { sampling } = values;
      if (forwards.value || sampling === undefined || sampling.value >= 100) return [];
      return [
        {
          target,
          at: sampling.place,
          also: [forwards.place],
          message: `Sampling is ${sampling.value} %, and the application does not pass x-request-id on (${cite(forwards.place)}): the next hop decides anew.`,
          fix: 'Forward x-request-id, or randomSamplingPercentage: 100.',
        },
      ];
    });
  },
};
