import { setValue, type Rule } from '../rule.js';

export const breakerOpenVsEjection: Rule = {
  code: 'BREAKER_OPEN_VS_EJECTION',
  severity: 'warning',
  layer: 'both',
  title: 'The breaker probes while every replica is still ejected.',
  reads: ['app/circuitBreaker', 'mesh/trafficPolicy'],
  why: 'Where all endpoints may be ejected, all may be out for the base time times the number of ejections. Probes of the half-open breaker meet "no healthy upstream" (503 UH), and it opens again.',
  fix: 'A breaker that stays open at least as long as a first ejection, or some replicas that are never ejected.',
  check: ({ flows }) =>
    flows.flatMap(({ name, breaker, policy, replicas, mesh }) => {
      const outlier = policy?.values.outlier;
      if (breaker === undefined || outlier === undefined) return [];
      const { openFor } = breaker.values;
      const { maxEjectionPercent, baseEjectionTime } = outlier;
      if (maxEjectionPercent.value < 100 || openFor.value >= baseEjectionTime.value) return [];
      if (replicas?.value === 1) return [];
      return [
        {
          target: name,
          at: maxEjectionPercent.place,
          also: [openFor.place, baseEjectionTime.place],
          message: `All replicas of ${name} may be ejected for ${baseEjectionTime.value} ms, and the breaker probes after ${openFor.value} ms: its probes find nobody.`,
          fix: `${mesh.words.mostEjected === '' ? 'A' : `${mesh.words.mostEjected}: 50, or a`} breaker that stays open ${baseEjectionTime.value}ms.`,
          edits: setValue(maxEjectionPercent, 50),
        },
      ];
    }),
};
