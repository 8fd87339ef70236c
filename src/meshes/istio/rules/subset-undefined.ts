import { registryOf } from '../../../flow/registry.js';
import type { Rule } from '../../../rules/rule.js';

export const subsetUndefined: Rule = {
  code: 'SUBSET_UNDEFINED',
  severity: 'error',
  layer: 'mesh',
  title: 'A route names a subset that no DestinationRule defines.',
  reads: ['mesh/route', 'mesh/trafficPolicy'],
  why: 'A subset without a definition has no cluster: every request is 503 with an empty body (NC; measured; KIA1107).',
  fix: 'Define the subset in the DestinationRule of the host, or route without one.',
  check: ({ all }) =>
    all('mesh/route').flatMap(({ target, values }) =>
      [...values.destinations, ...values.mirrors].flatMap(({ host, subset }) => {
        if (subset === undefined) return [];
        const found = registryOf(all).policies(host.value);
        const rules = (found.kind === 'found' ? found.items : []).filter(
          (rule) => rule.values.level === 'destination',
        );
        if (rules.length === 0 || rules.some((rule) => rule.values.subsets.includes(subset.value)))
          return [];
        return [
          {
            target,
            at: subset.place,
            also: rules.map(({ place }) => place),
            message: `Subset "${subset.value}" of ${host.value} is not defined; its DestinationRule has ${rules.flatMap((rule) => rule.values.subsets).join(', ') || 'none'}.`,
            fix: `Define subset ${subset.value}, or use one that is there.`,
          },
        ];
      }),
    ),
};
