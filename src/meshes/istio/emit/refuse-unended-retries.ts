import type { MeshIntent, Refusal } from '../../../model/mesh-emitter.js';
import { transportNamed } from '../../../transports/transports.js';
import { dataPlaneOf } from './data-plane.js';
import { hasHttpRoute, routeChoice } from './routes.js';

/**
 * A route of Gateway API cannot end Istio's default retries, which of gRPC repeat UNAVAILABLE and CANCELLED, whoever
 * has processed the call (measured). A timeout of the route is UNAVAILABLE, too, so that what took too long would be
 * started again.
 */
export function refuseUnendedRetries(
  intent: MeshIntent,
  nameOf: (setting: string) => string,
): Refusal | undefined {
  const choice = routeChoice(intent);
  if (choice.routes === 'virtual-service') return undefined;
  const plane = dataPlaneOf(intent);
  const named = nameOf('routes');
  const hint = `Set ${named} to virtual-service, whose routes say what is repeated.`;
  const why = `Istio's default retries would repeat UNAVAILABLE, and no field of Gateway API ends them`;
  if (plane.kind === 'ambient') {
    if (plane.waypoint === undefined || !hasNames(intent.served.transport)) return undefined;
    const message = `${named} is "gateway-api", and ${intent.service} is called by ${intent.served.transport}: ${why}.`;
    return { message, hint };
  }
  const called = intent.upstreams.find(
    (each) => hasNames(each.upstream.transport) && hasHttpRoute(each, choice),
  );
  if (called === undefined) return undefined;
  const { name, transport } = called.upstream;
  const message = `${named} is "gateway-api", and the upstream "${name}" is called by ${transport}: ${why}.`;
  return {
    message,
    hint: `${hint} Or leave the routes to the upstream's owner: mesh: { owner: provider }.`,
  };
}

function hasNames(transport: string): boolean {
  return transportNamed(transport).methodName !== undefined;
}
