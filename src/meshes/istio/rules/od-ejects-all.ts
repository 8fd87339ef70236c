import { ejectionsOf } from '../effective/ejection.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const odEjectsAll: Rule = {
  code: 'OD_EJECTS_ALL',
  severity: 'warning',
  layer: 'mesh',
  title: 'Every replica may be ejected at once.',
  reads: ['mesh/trafficPolicy'],
  why: 'An error that all replicas share, such as a broken database, then ejects all of them: every call is 503 "no healthy upstream" for baseEjectionTime (measured with 3 of 3), also after the cause is gone.',
  fix: 'maxEjectionPercent below 100, such as 50.',
  check: (composition) =>
    ejectionsOf(composition)?.flatMap(({ name, outlier, replicas, ejectable }) => {
      const { maxEjectionPercent, minHealthPercent, baseEjectionTime } = outlier;
      const isAll = replicas.value > 1 && ejectable >= replicas.value;
      if (!isAll || minHealthPercent.value > 0) return [];
      return [
        {
          target: name,
          at: maxEjectionPercent.place,
          also: [replicas.place],
          message: `maxEjectionPercent ${maxEjectionPercent.value} lets all ${replicas.value} replicas of ${name} be ejected: then every call fails for ${baseEjectionTime.value} ms.`,
          fix: 'maxEjectionPercent: 50',
          edits: setValue(maxEjectionPercent, 50),
        },
      ];
    }),
};
