import { down, locate, targetOf } from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { inCluster } from '../written/registry.js';
import {
  destinationsOf,
  gatewayRefsOf,
  hostsOf,
  isInMesh,
  nameOfRoute,
  virtualServicesOf,
  type WrittenDestination,
} from '../written/virtual-services.js';

export const gatewaySkipsRoutes: Rule = {
  code: 'GATEWAY_SKIPS_ROUTES',
  severity: 'info',
  layer: 'mesh',
  title: 'Requests from a gateway pass the split of versions by.',
  reads: ['mesh/objects'],
  why: 'A gateway sends to the destination that its own VirtualService names; the one that splits the versions of the host acts in sidecars only (istio.io, common problems, "route rules have no effect on ingress gateway requests"; IST0140).',
  fix: 'The subset in the routes of the gateway too, or mesh and the gateway in one VirtualService.',
  check: (composition) => {
    const objects = virtualServicesOf(composition);
    const split = new Map<string, WrittenDestination>();
    for (const object of objects.filter(isInMesh)) {
      const from = object.object.namespace;
      const hosts = new Set(hostsOf(object).map((host) => fullName(host, from)));
      for (const destination of destinationsOf(object)) {
        const host = fullName(destination.host, from);
        if (destination.subset !== '' && hosts.has(host)) split.set(host, destination);
      }
    }
    return objects
      .filter((object) => gatewayRefsOf(object).length > 0 && !isInMesh(object))
      .flatMap((object) =>
        destinationsOf(object)
          .filter(
            ({ subset, isMirror, route }) =>
              subset === '' && !isMirror && route.protocol === 'http',
          )
          .flatMap((destination) => {
            const other = split.get(fullName(destination.host, object.object.namespace));
            if (other === undefined) return [];
            const place = locate(other.at);
            return [
              {
                target: targetOf(object),
                at: locate(down(destination.at, 'host')),
                also: [place],
                message: `${nameOfRoute(destination.route)} sends requests from the gateway to every version of ${destination.host}; the routes that choose subset ${other.subset} (${cite(place)}) act in sidecars only.`,
                fix: `subset: ${other.subset}, or the same routes for the gateway.`,
              },
            ];
          }),
      );
  },
};

function fullName(host: string, from: string): string {
  const inside = inCluster(host, from);
  return inside === undefined ? host : `${inside.name}.${inside.namespace}`;
}
