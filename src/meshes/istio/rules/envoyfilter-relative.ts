import type { ProxyPatchControl } from '../../../model/selection-control.js';
import type { Rule } from '../../../rules/rule.js';

const RELATIVE = ['INSERT_BEFORE', 'INSERT_AFTER', 'REPLACE', 'REMOVE'];
const FILTERS = ['NETWORK_FILTER', 'HTTP_FILTER'];
/** What no operation is carried out on is another rule's. */
const IGNORED: Readonly<Record<string, readonly string[]>> = {
  REMOVE: ['ROUTE_CONFIGURATION', 'HTTP_ROUTE'],
};

export const envoyfilterRelative: Rule = {
  code: 'ENVOYFILTER_RELATIVE',
  severity: 'warning',
  layer: 'mesh',
  title: 'Where an EnvoyFilter puts its change depends on what other EnvoyFilters did before.',
  reads: ['mesh/proxyPatch'],
  why: 'Patches are applied by priority, then by age: INSERT_BEFORE, INSERT_AFTER, REPLACE and REMOVE without a priority find what was there at that moment, which a new EnvoyFilter or a new proxyVersion changes (IST0151, IST0155). Without a filter in the match INSERT_BEFORE inserts at the front (envoy_filter.proto).',
  fix: 'spec.priority, and a match that names the filter.',
  check: ({ all }) => {
    const versioned = new Set<string>();
    return all('mesh/proxyPatch').flatMap((patch) => {
      const { target, values } = patch;
      const isAlsoVersioned = versioned.has(values.name);
      if (values.hasProxyVersion) versioned.add(values.name);
      if (!isRelative(patch)) return [];
      const { operation, priority, hasAnchor, applyTo } = values;
      const lacksAnchor =
        !hasAnchor && operation.value.startsWith('INSERT_') && FILTERS.includes(applyTo);
      if (priority !== 0 && !lacksAnchor) return [];
      const reasons = [
        ...(priority === 0 ? ['has no priority'] : []),
        ...(lacksAnchor ? ['names no filter to be relative to'] : []),
        ...(isAlsoVersioned
          ? [`is not the only one for ${values.name}, of which one is for a proxyVersion`]
          : []),
      ];
      return [
        {
          target,
          at: operation.place,
          severity: isAlsoVersioned || lacksAnchor ? ('warning' as const) : ('info' as const),
          message: `${operation.value} ${reasons.join(' and ')}: where it acts depends on which EnvoyFilters came before.`,
          fix: 'spec.priority, and in match the name of the filter that is meant.',
        },
      ];
    });
  },
};

function isRelative({ values: { operation, applyTo } }: ProxyPatchControl): boolean {
  if (operation.value === 'REPLACE') return [...FILTERS, 'VIRTUAL_HOST'].includes(applyTo);
  return RELATIVE.includes(operation.value) && IGNORED[operation.value]?.includes(applyTo) !== true;
}
