import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { addTo, perSelector } from '../../../flow/selector.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import { namespaceOfHost, sharesNamespace } from '../../../flow/selection.js';
import { isExported } from '../effective/lookup.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const vsShadowsProvider: Rule = {
  code: 'VS_SHADOWS_PROVIDER',
  severity: 'warning',
  layer: 'mesh',
  title: "A consumer's VirtualService hides the provider's public one.",
  reads: ['mesh/route'],
  why: "A sidecar uses one VirtualService a host, private before public, and merges none (push_context.go, VirtualServicesForGateway). The provider's canary weights, mirrors and header routes do not act for this consumer.",
  fix: 'Leave the routes to the provider (mesh.owner: provider), or carry them over.',
  check: ({ all }) => {
    const seen = new Set<string>();
    return all('mesh/route').flatMap((consumer) => {
      const provider = consumer.values.hosts
        .flatMap((host) => ofProviders(all).get(host) ?? [])
        .find(
          (other) => other.target !== consumer.target || other.namespace !== consumer.namespace,
        );
      const isPrivate = !consumer.values.exportTo.includes('*');
      const isOther = !sharesNamespace(provider?.namespace, consumer.namespace);
      // Whose callers they are is not known without a namespace.
      if (provider?.namespace === undefined || consumer.namespace === undefined) return [];
      const key = `${consumer.namespace}/${consumer.target}`;
      if (!(isPrivate || isOther) || seen.has(key)) return [];
      // What a provider has for certain namespaces is its own choice.
      if (!isOther && !isExported(consumer.values.exportTo, consumer.namespace, consumer.namespace))
        return [];
      seen.add(key);
      const isSplit = consumer.values.hosts
        .flatMap((host) => ofProviders(all).get(host) ?? [])
        .some((route) => route.target === provider.target && tellsApart(route));
      return [
        {
          target: consumer.target,
          at: consumer.values.hostsPlace.place,
          also: [provider.values.hostsPlace.place],
          ...(!isSplit && { severity: 'info' as const }),
          message: `${isOfGatewayApi(consumer) ? 'This HTTPRoute' : 'This VirtualService'} hides ${provider.target} of ${provider.namespace} (${cite(provider.place)}) from callers in ${consumer.namespace}: its routes${isSplit ? ', canaries included,' : ''} do not act.`,
          fix: "mesh: { owner: provider } for the upstream, or carry the provider's routes over.",
        },
      ];
    });
  },
};

/** It sends requests to more than one place, or some of them elsewhere. */
function tellsApart({ values: { destinations, mirrors, matches } }: RouteControl): boolean {
  return (
    destinations.length > 1 ||
    destinations.some(({ subset }) => subset !== undefined) ||
    mirrors.length > 0 ||
    matches.some(({ headers }) => headers.length > 0)
  );
}

/** Routes that a service's own namespace offers to every caller, by its host. */
const ofProviders = perSelector((all) => {
  const byHost = new Map<string, RouteControl[]>();
  for (const route of all('mesh/route')) {
    const { inMesh, hosts, exportTo } = route.values;
    if (!inMesh || !exportTo.includes('*')) continue;
    for (const host of hosts) {
      if (namespaceOfHost(host) === route.namespace) addTo(byHost, host, route);
    }
  }
  return byHost;
});
