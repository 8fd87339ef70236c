import type { Emitted } from '../../../model/context.js';
import type { MeshIntent } from '../../../model/mesh-emitter.js';
import { methodOf } from './method-of.js';

/**
 * Routes of the Server for paths that are open to more than its callers. As soon as a Server has one, a path of none is
 * answered with 404, so that there is another for all the rest, and the kubelet's probes are denied that have none.
 */
export function serverRoutes({ openPaths, place, issuer, served }: MeshIntent): Emitted {
  const isCalled = served.healthMethods.length > 0;
  // A port of their own has no Server: the default policy lets probes in.
  const probes = isCalled && served.ports.length > 1 ? [] : openPaths.probes;
  // Without callers and with users every workload of the mesh may call anyway.
  const anonymous = issuer !== undefined && place.callers.length > 0 ? openPaths.anonymous : [];
  return {
    probes,
    anonymous,
    routeKind: isCalled ? 'GRPCRoute' : 'HTTPRoute',
    probeMethods: isCalled ? probes.map(methodOf) : [],
    anonymousMethods: isCalled ? anonymous.map(methodOf) : [],
    hasRoutes: probes.length + anonymous.length > 0,
  };
}
