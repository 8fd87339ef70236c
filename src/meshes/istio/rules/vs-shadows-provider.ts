import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { addTo, perSelector } from '../../../flow/selector.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import { namespaceOfHost, sharesNamespace } from '../../../flow/selection.js';
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
        .find((other) => other.target !== consumer.target);
      const isPrivate = !consumer.values.exportTo.includes('*');
      const isOther = !sharesNamespace(provider?.namespace, consumer.namespace);
      // Whose callers they are is not known without a namespace.
      if (provider?.namespace === undefined || consumer.namespace === undefined) return [];
      const key = `${consumer.namespace}/${consumer.target}`;
      if (!(isPrivate || isOther) || seen.has(key)) return [];
      seen.add(key);
      return [
        {
          target: consumer.target,
          at: consumer.values.hostsPlace.place,
          also: [provider.values.hostsPlace.place],
          message: `${isOfGatewayApi(consumer) ? 'This HTTPRoute' : 'This VirtualService'} hides ${provider.target} of ${provider.namespace} (${cite(provider.place)}) from callers in ${consumer.namespace}: its routes, canaries included, do not act.`,
          fix: "mesh: { owner: provider } for the upstream, or carry the provider's routes over.",
        },
      ];
    });
  },
};

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
