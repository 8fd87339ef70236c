import { setValue, type Rule } from '../../../rules/rule.js';

export const odImplicit5xx: Rule = {
  code: 'OD_IMPLICIT_5XX',
  severity: 'warning',
  layer: 'mesh',
  title: 'Only consecutiveGatewayErrors is written, and every 5xx still counts.',
  reads: ['mesh/trafficPolicy'],
  why: 'consecutive5xxErrors is 5 as soon as the block exists, also when only consecutiveGatewayErrors is written (measured: ejected after five 500).',
  fix: 'State consecutive5xxErrors: 0 for gateway errors alone, otherwise the number that you mean.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, values: { outlier } }) => {
      if (outlier === undefined) return [];
      const { consecutiveGatewayErrors: gateway, consecutive5xxErrors: all5xx } = outlier;
      if (gateway.value === 0 || all5xx.basis === 'written') return [];
      return [
        {
          target,
          at: gateway.place,
          message: `Only consecutiveGatewayErrors: ${gateway.value} is written, and 5 errors of any 5xx eject as well: Envoy's default for consecutive5xxErrors holds.`,
          fix: `consecutive5xxErrors: ${all5xx.value}, to say what already holds; 0 for gateway errors alone.`,
          edits: setValue(all5xx, all5xx.value),
        },
      ];
    }),
};
