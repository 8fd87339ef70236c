import type { EgressValues } from '../../../model/context.js';
import type { UpstreamIntent } from '../../../model/mesh-emitter.js';
import { hasRoute, type RouteChoice } from './routes.js';

/** Namespace of the control plane, which every proxy talks to. */
const ROOT_NAMESPACE = 'istio-system';
/** REGISTRY_ONLY would also cut DNS over TCP, which long answers need. */
const DNS_HOST = 'kube-dns.kube-system.svc.cluster.local';

type Reach = {
  readonly upstreams: readonly UpstreamIntent[];
  readonly egress: readonly EgressValues[];
};

/**
 * Everything that the pod's proxy may know, as `<namespace>/<host>`, each once. A host is imported from the
 * namespace of its Service, and from the own one, where the route for it stands: the proxy takes none
 * from a namespace that the host is not imported from (virtualservice.go, SelectVirtualServices).
 */
export function egressHosts({ upstreams, egress }: Reach, choice: RouteChoice): string[] {
  const own = choice.namespace;
  const routed = new Set(
    upstreams.flatMap((each) => (hasRoute(each, choice) ? [each.upstream.address.host] : [])),
  );
  const needed = [...upstreams.map(({ upstream }) => upstream.address), ...egress]
    .filter(({ namespace }) => namespace !== ROOT_NAMESPACE)
    .flatMap(({ namespace, host, external }) => {
      if (external) return [`./${host}`];
      const imported = `${namespace}/${host}`;
      return namespace !== own && routed.has(host) ? [imported, `./${host}`] : [imported];
    });
  return [`${ROOT_NAMESPACE}/*`, ...new Set([`kube-system/${DNS_HOST}`, ...needed])];
}
