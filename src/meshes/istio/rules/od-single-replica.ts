import { ejectionsOf } from '../effective/ejection.js';
import { removeValue, type Rule } from '../../../rules/rule.js';

export const odSingleReplica: Rule = {
  code: 'OD_SINGLE_REPLICA',
  severity: 'error',
  layer: 'mesh',
  title: 'Ejection with a single replica is an outage or does nothing.',
  reads: ['mesh/trafficPolicy'],
  why: 'With one endpoint, maxEjectionPercent 100 takes the whole service away for baseEjectionTime, and anything below never ejects (measured; istio#57010).',
  fix: 'Two replicas or more, or no outlierDetection.',
  check: (composition) =>
    ejectionsOf(composition)?.flatMap(({ name, policy, outlier, replicas, ejectable }) => {
      // Where nobody wrote replicas, an autoscaler elsewhere sets them.
      if (replicas.value !== 1 || replicas.basis === 'default') return [];
      const { place } = policy;
      const at = { ...place, at: [...(place.at ?? []), 'outlierDetection'] };
      const isInherited =
        policy.values.level === 'subset' && !policy.values.blocks.includes('outlierDetection');
      const effect =
        ejectable > 0
          ? `errors take ${name} away for ${outlier.baseEjectionTime.value} ms`
          : 'nothing is ever ejected';
      return [
        {
          target: name,
          at: outlier.maxEjectionPercent.place,
          also: [replicas.place],
          // The one pod of a canary stands beside others.
          ...(policy.values.subset !== undefined &&
            ejectable === 0 && { severity: 'warning' as const }),
          message: `${name} has one replica: with maxEjectionPercent ${outlier.maxEjectionPercent.value} ${effect}.`,
          fix: 'Run two replicas or more, or drop outlierDetection.',
          // What a subset inherits acts on the other subsets too.
          edits: isInherited ? [] : removeValue({ place: at }),
        },
      ];
    }),
};
