import { ejectionsOf } from '../effective/ejection.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const odNeverEjects: Rule = {
  code: 'OD_NEVER_EJECTS',
  severity: 'error',
  layer: 'mesh',
  title: 'maxEjectionPercent is less than one replica: nothing is ever ejected.',
  reads: ['mesh/trafficPolicy'],
  why: "Envoy ejects while 100·(ejected + 1)/N ≤ maxEjectionPercent, and no longer always at least one (envoy#27909). Measured with 3 replicas: 33 ejects none, 34 one. Istio's default of 10 acts from 10 endpoints on (istio#57010).",
  fix: 'maxEjectionPercent of at least 100/N, rounded up; 50 takes out at least one of 2 and never all.',
  check: (composition) =>
    ejectionsOf(composition)?.flatMap(({ name, outlier, replicas, ejectable }) => {
      if (ejectable > 0 || replicas.value < 2) return [];
      const { maxEjectionPercent } = outlier;
      const source = maxEjectionPercent.basis === 'default' ? " (Istio's default)" : '';
      return [
        {
          target: name,
          at: maxEjectionPercent.place,
          also: [replicas.place],
          message: `maxEjectionPercent ${maxEjectionPercent.value}${source} of ${replicas.value} replicas is less than one: no replica of ${name} is ever ejected.`,
          fix: 'maxEjectionPercent: 50',
          edits: setValue(maxEjectionPercent, 50),
        },
      ];
    }),
};
