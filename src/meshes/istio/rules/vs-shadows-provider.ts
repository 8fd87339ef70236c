import { isOfGatewayApi } from '../effective/of-gateway-api.js';
import { namespaceOfHost } from '../../../flow/selection.js';
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
      const provider = all('mesh/route').find(
        (other) =>
          other.target !== consumer.target &&
          other.values.inMesh &&
          other.values.hosts.some(
            (host) =>
              consumer.values.hosts.includes(host) && namespaceOfHost(host) === other.namespace,
          ) &&
          other.values.exportTo.includes('*'),
      );
      const isPrivate = !consumer.values.exportTo.includes('*');
      const isOther = provider !== undefined && provider.namespace !== consumer.namespace;
      const key = `${consumer.namespace}/${consumer.target}`;
      if (provider === undefined || !(isPrivate || isOther) || seen.has(key)) return [];
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
