import type { Composition } from '../../../flow/composition.js';
import { registryOf } from '../../../flow/registry.js';
import type { Value } from '../../../model/control.js';
import type { RouteControl } from '../../../model/mesh-control.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isMade } from '../written/registry.js';

export const subsetUndefined: Rule = {
  code: 'SUBSET_UNDEFINED',
  severity: 'error',
  layer: 'mesh',
  title: 'A route names a subset that no DestinationRule defines.',
  reads: ['mesh/route'],
  why: 'A subset without a definition has no cluster: every request is 503 with an empty body (NC; measured; KIA1107).',
  fix: 'Define the subset in the DestinationRule of the host, or route without one.',
  check: (composition) =>
    composition
      .all('mesh/route')
      .flatMap((route) =>
        [...route.values.destinations, ...route.values.mirrors].flatMap(({ host, subset }) =>
          subset === undefined ? [] : checkSubset(route, host.value, subset, composition),
        ),
      ),
};

function checkSubset(
  { target, namespace }: RouteControl,
  host: string,
  subset: Value<string>,
  composition: Composition,
): Report[] {
  const { all } = composition;
  const found = registryOf(all).policies(host);
  const rules = (found.kind === 'found' ? found.items : []).filter(
    (rule) => rule.values.level === 'destination',
  );
  if (rules.some((rule) => rule.values.subsets.includes(subset.value))) return [];
  if (rules.length === 0) {
    // A controller that makes the Service makes its subsets.
    if (isMade(worldOf(composition), host, namespace ?? '')) return [];
    const services = registryOf(all).services(host);
    const [service] = services.kind === 'found' ? services.items : [];
    if (service === undefined) return [];
    const isSure = namespace !== undefined && service.namespace === namespace;
    return [
      {
        target,
        at: subset.place,
        also: [service.place],
        ...(!isSure && { severity: 'info' as const }),
        message: `Subset "${subset.value}" of ${host}: no DestinationRule here is for this host${isSure ? ', so that every request is 503' : ''}.`,
        fix: `Define subset ${subset.value} in a DestinationRule for ${host}, or leave subset out.`,
      },
    ];
  }
  return [
    {
      target,
      at: subset.place,
      also: rules.map(({ place }) => place),
      message: `Subset "${subset.value}" of ${host} is not defined; its DestinationRule has ${rules.flatMap((rule) => rule.values.subsets).join(', ') || 'none'}.`,
      fix: `Define subset ${subset.value}, or use one that is there.`,
    },
  ];
}
