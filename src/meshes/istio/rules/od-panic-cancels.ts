import { ejectionsOf } from '../effective/ejection.js';
import { setValue, type Rule } from '../../../rules/rule.js';

export const odPanicCancels: Rule = {
  code: 'OD_PANIC_CANCELS',
  severity: 'error',
  layer: 'mesh',
  title: 'minHealthPercent readmits what was ejected.',
  reads: ['mesh/trafficPolicy'],
  why: 'Below minHealthPercent of healthy endpoints Envoy panics and sends to all of them, the ejected ones too (measured: 50 with all ejected, still served by them). Above 0 it also shows unready endpoints (Istio 1.31).',
  fix: 'minHealthPercent: 0, or at most 100·(N − ejectable)/N.',
  check: (composition) =>
    ejectionsOf(composition)?.flatMap(({ name, outlier, replicas, ejectable }) => {
      const { minHealthPercent, maxEjectionPercent } = outlier;
      const left = (100 * (replicas.value - ejectable)) / replicas.value;
      if (replicas.value < 2 || ejectable === 0 || minHealthPercent.value <= left) return [];
      return [
        {
          target: name,
          at: minHealthPercent.place,
          also: [maxEjectionPercent.place, replicas.place],
          message: `With ${ejectable} of ${replicas.value} replicas ejected ${Math.floor(left)} % are left, below minHealthPercent ${minHealthPercent.value}: calls go to the ejected ones again.`,
          fix: 'minHealthPercent: 0',
          edits: setValue(minHealthPercent, 0),
        },
      ];
    }),
};
