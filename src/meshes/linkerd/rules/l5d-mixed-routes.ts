import { locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { annotatedIn, linkerdWorld, routesOfService } from '../written/annotated.js';
import { portsOf } from '../written/services.js';
import type { WrittenRoute } from '../written/routes.js';

export const l5dMixedRoutes: Rule = {
  code: 'L5D_MIXED_ROUTES',
  severity: 'error',
  layer: 'mesh',
  title: 'HTTPRoutes and GRPCRoutes are for one port, and only one of the kinds acts.',
  reads: ['mesh/objects'],
  why: "Where a port is HTTP/2 or detected, any GRPCRoute makes it gRPC's: HTTPRoutes for it are not sent to proxies at all, and their timeouts and retries are gone. On a port with appProtocol http it is the other way round (policy-controller/grpc/src/outbound.rs, to_proto).",
  fix: 'One kind of route for a port, or a port for each.',
  check: (composition) => {
    const world = linkerdWorld(composition);
    if (world === undefined) return [];
    // Read once, so that annotations and routes are indexed together.
    annotatedIn(world);
    return world.ofKind('', 'Service').flatMap((service) => {
      const routes = routesOfService(service, world);
      return portsOf(service).flatMap((port) => {
        const here = routes.filter(
          ({ parent }) => parent.port === undefined || parent.port === port.number,
        );
        const [first] = here.filter(({ kind }) => kind === 'GRPCRoute');
        const losing = port.carries === 'http' ? 'GRPCRoute' : 'HTTPRoute';
        const [lost] = here.filter(
          ({ kind, object }) => kind === losing && isOneOwner(object.object.namespace, here),
        );
        const [winner] = here.filter(({ kind }) => kind !== losing);
        if (first === undefined || lost === undefined || winner === undefined) return [];
        if (port.carries === 'opaque') return [];
        return [
          {
            target: targetOf(lost.object),
            at: locate(lost.parent.at),
            also: [locate(winner.parent.at)],
            message: `${targetOf(lost.object)} does nothing on port ${port.number} of ${service.object.name}: ${targetOf(winner.object)} (${cite(locate(winner.parent.at))}) is there too.`,
            fix: `One of the two, or a port for each of them.`,
          },
        ];
      });
    });
  },
};

/** Routes of different namespaces are for different callers. */
function isOneOwner(namespace: string, routes: readonly WrittenRoute[]): boolean {
  return routes.every(({ object }) => object.object.namespace === namespace);
}
