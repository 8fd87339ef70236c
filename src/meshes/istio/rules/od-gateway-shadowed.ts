import { removeValue, type Rule } from '../../../rules/rule.js';

export const odGatewayShadowed: Rule = {
  code: 'OD_GATEWAY_SHADOWED',
  severity: 'warning',
  layer: 'mesh',
  title: 'consecutiveGatewayErrors never acts: consecutive5xxErrors comes first.',
  reads: ['mesh/trafficPolicy'],
  why: 'Every gateway error is a 5xx as well, so that a threshold at or above consecutive5xxErrors is never reached (destination_rule.proto; measured: 7 beside the default of 5 ejects at 5).',
  fix: 'consecutiveGatewayErrors below consecutive5xxErrors, or consecutive5xxErrors: 0.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, values: { outlier } }) => {
      if (outlier === undefined) return [];
      const { consecutiveGatewayErrors: gateway, consecutive5xxErrors: all5xx } = outlier;
      if (gateway.value === 0 || all5xx.value === 0 || gateway.value < all5xx.value) return [];
      return [
        {
          target,
          at: gateway.place,
          also: [all5xx.place],
          message: `consecutiveGatewayErrors ${gateway.value} is never reached: consecutive5xxErrors ${all5xx.value}${all5xx.basis === 'default' ? " (Envoy's default)" : ''} ejects before.`,
          fix: `consecutiveGatewayErrors: ${Math.max(1, all5xx.value - 2)}, or drop it.`,
          edits: removeValue(gateway),
        },
      ];
    }),
};
