import type { MeshPlace } from '../../../model/mesh-emitter.js';
import type { Waypoint } from './data-plane.js';

/** Who may connect to the pods, where ztunnel decides: it knows identities and namespaces, and nothing of a request. */
export type Connections = {
  readonly name: string;
  readonly principals: readonly string[];
  readonly namespaces: readonly string[];
};

/** Every identity of the mesh. */
const ANYBODY = '*';

/**
 * With a waypoint nobody but it: whoever calls a pod by its address would pass no policy at all. Otherwise the callers,
 * by what can be known of them without reading a request.
 *
 * @param issuer of the tokens of users; with it, the application judges who may do what
 */
export function connections(
  service: string,
  { namespace, trustDomain, callers }: MeshPlace,
  { issuer, waypoint }: { readonly issuer: string | undefined; readonly waypoint?: Waypoint },
): Connections {
  const identity = (of: { readonly namespace: string; readonly serviceAccount: string }) =>
    `${trustDomain}/ns/${of.namespace}/sa/${of.serviceAccount}`;
  if (waypoint !== undefined) {
    // Istio gives a waypoint a service account of its own name (waypoint.yaml).
    const account = { namespace: waypoint.namespace, serviceAccount: waypoint.name };
    return { name: `${service}-waypoint`, principals: [identity(account)], namespaces: [] };
  }
  if (callers.length > 0) {
    const principals = [...new Set(callers.map(identity))];
    return { name: service, principals, namespaces: [] };
  }
  return issuer === undefined
    ? { name: service, principals: [], namespaces: [namespace] }
    : { name: service, principals: [ANYBODY], namespaces: [] };
}
