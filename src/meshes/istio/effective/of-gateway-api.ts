import type { RouteControl } from '../../../model/mesh-control.js';

/** True for a route that Istio makes of an HTTPRoute: it has other fields than a VirtualService, and fewer. */
export function isOfGatewayApi({ values }: Pick<RouteControl, 'values'>): boolean {
  return values.holder === 'HTTPRoute';
}
