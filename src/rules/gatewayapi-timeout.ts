import type { Rule } from './rule.js';

export const gatewayapiTimeout: Rule = {
  code: 'GATEWAYAPI_TIMEOUT',
  severity: 'error',
  layer: 'mesh',
  title: 'A Gateway API route says something that Istio reads otherwise, or not at all.',
  reads: ['mesh/gatewayRoute'],
  why: 'Without retry, timeouts.backendRequest overwrites timeouts.request in Istio (config/kube/gateway/conversion.go); GRPCRoute has neither retries nor timeouts.',
  fix: 'backendRequest only beside retry; for gRPC a VirtualService, or deadlines by grpc-timeout.',
  check: ({ all }) =>
    all('mesh/gatewayRoute').flatMap(({ target, values }) => {
      const { objectKind, hasRetry, request, backendRequest, resilience } = values;
      if (objectKind === 'GRPCRoute' && resilience !== undefined) {
        return [
          {
            target,
            at: resilience.place,
            message: `A GRPCRoute has no ${resilience.value}: the API server drops the field, and nothing acts.`,
            fix: 'A VirtualService for it, or deadlines by grpc-timeout.',
          },
        ];
      }
      if (backendRequest === undefined || hasRetry) return [];
      const whole =
        request === undefined
          ? 'the whole request has it as its limit'
          : `it overwrites request ${request.value} ms`;
      return [
        {
          target,
          at: backendRequest.place,
          ...(request !== undefined && { also: [request.place] }),
          message: `backendRequest ${backendRequest.value} ms without retry: ${whole}.`,
          fix: 'timeouts.request alone, or retry beside backendRequest.',
        },
      ];
    }),
};
