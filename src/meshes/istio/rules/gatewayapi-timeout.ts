import type { Value } from '../../../model/control.js';
import type { Report, Rule } from '../../../rules/rule.js';
import type { GatewayRouteControl } from '../../../model/mesh-control.js';
import { isActedOn } from '../effective/gateway-class.js';

export const gatewayapiTimeout: Rule = {
  code: 'GATEWAYAPI_TIMEOUT',
  severity: 'error',
  layer: 'mesh',
  title: 'A Gateway API route says something that Istio reads otherwise, or not at all.',
  reads: ['mesh/gatewayRoute'],
  why: 'Without retry, timeouts.backendRequest overwrites timeouts.request in Istio (config/kube/gateway/conversion.go); GRPCRoute has neither retries nor timeouts. The API server refuses a backendRequest longer than request (a CEL rule in the CRD of HTTPRoute).',
  fix: 'backendRequest only beside retry; for gRPC a VirtualService, or deadlines by grpc-timeout.',
  check: ({ all }) =>
    all('mesh/gatewayRoute').flatMap((route) => refusedBy(route) ?? misreadBy(route)),
};

/** What the API server refuses or drops, whoever acts on the route. */
function refusedBy({ target, values }: GatewayRouteControl): Report[] | undefined {
  const { objectKind, request, backendRequest, resilience } = values;
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
  if (request === undefined || backendRequest === undefined || !isLonger(backendRequest, request))
    return undefined;
  return [
    {
      target,
      at: backendRequest.place,
      also: [request.place],
      message: `backendRequest ${backendRequest.value} ms is longer than request ${request.value} ms: the API server refuses the route.`,
      fix: `backendRequest: ${request.value}ms or less.`,
    },
  ];
}

/** What Istio reads otherwise than it is meant. */
function misreadBy({ target, values }: GatewayRouteControl): Report[] {
  const { objectKind, controllers, retry, request, backendRequest } = values;
  const isOurs = isActedOn(controllers);
  if (isOurs === 'no') return [];
  if (retry !== undefined) {
    return [
      {
        target,
        at: retry.place,
        severity: 'info',
        message: `retry of an ${objectKind} is in the experimental channel: with the standard CRDs the API server drops it.`,
        fix: 'Install the experimental CRDs of Gateway API, or state retries in a VirtualService.',
      },
    ];
  }
  // Alone it limits the one try that there is.
  if (backendRequest === undefined || request === undefined) return [];
  if (backendRequest.value >= request.value) return [];
  return [
    {
      target,
      at: backendRequest.place,
      also: [request.place],
      severity: isOurs === 'yes' ? 'error' : 'info',
      message: `backendRequest ${backendRequest.value} ms without retry: ${isOurs === 'yes' ? '' : 'at a gateway of Istio '}it overwrites request ${request.value} ms.`,
      fix: 'timeouts.request alone; beside retry backendRequest limits each try.',
    },
  ];
}

/** A request of 0 has no limit. */
function isLonger(backendRequest: Value<number>, request: Value<number>): boolean {
  return request.value > 0 && backendRequest.value > request.value;
}
