import { targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';
import { isInternalGateway } from '../written/gateways.js';
import { gatewayRefsOf, virtualServicesOf } from '../written/virtual-services.js';

export const gatewayInternal: Rule = {
  code: 'GATEWAY_INTERNAL',
  severity: 'warning',
  layer: 'mesh',
  title: 'A VirtualService names a Gateway that Istio makes for itself.',
  reads: ['mesh/objects'],
  why: 'Istio makes a Gateway of its own API of each Gateway API Gateway; its name is not part of any contract and may change with a version (IST0165).',
  fix: 'An HTTPRoute whose parentRef is the Gateway, or a Gateway of networking.istio.io.',
  check: (composition) =>
    virtualServicesOf(composition).flatMap((object) =>
      gatewayRefsOf(object)
        .filter(({ value }) => isInternalGateway(value))
        .map(({ value, place }) => ({
          target: targetOf(object),
          at: place,
          message: `"${value}" is what Istio makes of a Gateway API Gateway, not an object of yours.`,
          fix: 'Write the routes as an HTTPRoute whose parentRef is that Gateway.',
        })),
    ),
};
