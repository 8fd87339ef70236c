import type { RouteControl } from '../../../model/mesh-control.js';
import { addTo, perSelector } from '../../../flow/selector.js';
import { namespaceOfHost } from '../../../flow/selection.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { isOfGatewayApi } from '../effective/of-gateway-api.js';

export const gwapiAndVs: Rule = {
  code: 'GWAPI_AND_VS',
  severity: 'error',
  layer: 'mesh',
  title:
    'An HTTPRoute and a VirtualService of one namespace are for one host: only one of them acts.',
  reads: ['mesh/route'],
  why: "For calls to one host a sidecar takes a private VirtualService before an HTTPRoute of the client's namespace, and that before public VirtualServices; it never joins them (measured; push_context.go, VirtualServicesForGateway). A waypoint runs the routes of both one after the other.",
  fix: 'One kind for each host: move what the other says over, and delete it.',
  check: ({ all }) => {
    const seen = new Set<string>();
    return all('mesh/route').flatMap((route) => {
      if (!isOfGatewayApi(route)) return [];
      const other = route.values.hosts
        .flatMap((host) => virtualServicesFor(all).get(keyOf(route.namespace, host)) ?? [])
        // Folders may be alternatives, of which one is applied.
        .find((each) => meetPorts(each, route) && folderOf(each) === folderOf(route));
      const key = `${route.namespace} ${route.target} ${other?.target}`;
      if (other === undefined || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          target: route.target,
          at: route.values.hostsPlace.place,
          also: [other.values.hostsPlace.place],
          message: `${other.target} (${cite(other.values.hostsPlace.place)}) is for ${route.values.hosts.join(', ')}, too: ${outcome(route, other)}`,
          fix: `Delete ${route.target} or ${other.target}, once the other says all of it.`,
        },
      ];
    });
  },
};

const keyOf = (namespace: string | undefined, host: string): string => `${namespace} ${host}`;

/** VirtualServices that sidecars use, by their namespace and host. */
const virtualServicesFor = perSelector((all) => {
  const found = new Map<string, RouteControl[]>();
  for (const route of all('mesh/route')) {
    if (isOfGatewayApi(route) || !route.values.inMesh || route.values.holder === '') continue;
    for (const host of route.values.hosts) addTo(found, keyOf(route.namespace, host), route);
  }
  return found;
});

/** A route may be for one port only. */
function meetPorts(a: RouteControl, b: RouteControl): boolean {
  const [one, other] = [a.values.port, b.values.port];
  return one === undefined || other === undefined || one === other;
}

function folderOf({ place: { file } }: RouteControl): string {
  return file.slice(0, file.lastIndexOf('/') + 1);
}

function outcome(route: RouteControl, other: RouteControl): string {
  const callers = route.namespace === undefined ? 'the namespace' : route.namespace;
  const isPrivate = !other.values.exportTo.includes('*');
  const isProducer = route.values.hosts.some((host) => namespaceOfHost(host) === route.namespace);
  if (!isPrivate)
    return `sidecars in ${callers} take the HTTPRoute, and the VirtualService does nothing there.`;
  return isProducer
    ? `sidecars in ${callers} take the VirtualService, all others the HTTPRoute.`
    : 'sidecars take the VirtualService, which is private, and the HTTPRoute does nothing.';
}
