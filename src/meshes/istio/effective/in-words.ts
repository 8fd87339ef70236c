import type { RouteControl } from '../../../model/mesh-control.js';
import type { Flow } from '../../../flow/composition.js';

/** What the fields of a route are called where it stands. */
export function fieldsOf({ values }: RouteControl): {
  readonly timeout: string;
  readonly perTryTimeout: string;
} {
  return values.isGatewayApi
    ? { timeout: 'timeouts.request', perTryTimeout: 'timeouts.backendRequest' }
    : { timeout: 'timeout', perTryTimeout: 'perTryTimeout' };
}

/** How to end the retries of a route. */
export function withoutRetries(flow: Flow, route: RouteControl): string {
  if (route === flow.defaultRoute) return `attempts: 0 on a route for ${flow.host}`;
  if (!route.values.isGatewayApi) return `attempts: 0 on route ${route.values.name}`;
  return `attempts: 0 in a VirtualService in place of ${route.target}, which cannot end retries`;
}
