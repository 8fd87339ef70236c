import { registryOf } from '../../../flow/registry.js';
import { namespaceOfHost } from '../../../flow/selection.js';
import { isExported } from '../effective/lookup.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const drShadowsProvider: Rule = {
  code: 'DR_SHADOWS_PROVIDER',
  severity: 'warning',
  layer: 'mesh',
  title: "A consumer's DestinationRule hides the provider's subsets or TLS settings.",
  reads: ['mesh/trafficPolicy'],
  why: 'The first namespace with a match wins whole, and nothing is merged across namespaces (push_context.go; best-practices/traffic-management, cross-namespace configuration).',
  fix: "Carry the provider's subsets and tls over, or leave the policy to the provider (mesh.owner: provider).",
  check: ({ all }) => {
    const rules = all('mesh/trafficPolicy').filter(({ values }) => values.level === 'destination');
    return rules.flatMap((consumer) => {
      const { host, subsets, tlsMode } = consumer.values;
      const home = namespaceOfHost(host.value);
      // Without its namespace it may be the provider's.
      if (home === '' || consumer.namespace === undefined || consumer.namespace === home) return [];
      const found = registryOf(all).policies(host.value);
      const provider = (found.kind === 'found' ? found.items : []).find(
        ({ namespace, values }) =>
          values.level === 'destination' &&
          namespace === home &&
          isExported(values.exportTo, home, consumer.namespace),
      );
      if (provider === undefined) return [];
      const lost = provider.values.subsets
        .filter((name) => !subsets.includes(name))
        .map((name) => `subset ${name}`);
      if (provider.values.tlsMode !== undefined && tlsMode === undefined)
        lost.push(`tls.mode ${provider.values.tlsMode.value}`);
      if (lost.length === 0) return [];
      return [
        {
          target: consumer.target,
          at: host.place,
          also: [provider.place],
          message: `For callers in ${consumer.namespace} this rule replaces ${provider.target} of ${home} (${cite(provider.place)}) whole: ${lost.join(', ')} ${lost.length === 1 ? 'is' : 'are'} gone.`,
          fix: `Repeat ${lost.join(', ')} here, or drop this rule and leave the policy to the provider.`,
        },
      ];
    });
  },
};
