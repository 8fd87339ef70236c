import { ejectionsOf } from './ejection.js';
import { removeValue, type Rule } from './rule.js';

export const odSingleReplica: Rule = {
  code: 'OD_SINGLE_REPLICA',
  severity: 'error',
  layer: 'mesh',
  title: 'Ejection with a single replica is an outage or does nothing.',
  reads: ['mesh/trafficPolicy'],
  why: 'With one endpoint, maxEjectionPercent 100 takes the whole service away for baseEjectionTime, and anything below never ejects (measured; istio#57010).',
  fix: 'Two replicas or more, or no outlierDetection.',
  check: (composition) =>
    ejectionsOf(composition)?.flatMap(({ flow, policy, outlier, replicas, ejectable }) => {
      if (replicas.value !== 1) return [];
      const { place } = policy;
      const at = { ...place, at: [...(place.at ?? []), 'outlierDetection'] };
      const effect =
        ejectable > 0
          ? `errors take ${flow.name} away for ${outlier.baseEjectionTime.value} ms`
          : 'nothing is ever ejected';
      return [
        {
          target: flow.name,
          at: outlier.maxEjectionPercent.place,
          also: [replicas.place],
          message: `${flow.name} has one replica: with maxEjectionPercent ${outlier.maxEjectionPercent.value} ${effect}.`,
          fix: 'Run two replicas or more, or drop outlierDetection.',
          edits: removeValue({ place: at }),
        },
      ];
    }),
};
