import type { NetworkPolicyControl, PortRange } from '../../model/selection-control.js';
import {
  down,
  exists,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  targetOf,
  texts,
  type Cursor,
} from '../../manifests/cursor.js';

const EVERY: PortRange = { from: 1, to: 65_535 };

/** What a NetworkPolicy lets through, by port. */
export function readNetworkPolicy(object: Cursor): NetworkPolicyControl {
  const spec = down(object, 'spec');
  const selector = down(spec, 'podSelector');
  const types = texts(down(spec, 'policyTypes')).value;
  const restricts = (type: string, isDefault: boolean) =>
    types.length === 0 ? isDefault : types.includes(type);
  return {
    layer: 'mesh',
    kind: 'networkPolicy',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      selector: exists(down(selector, 'matchExpressions'))
        ? undefined
        : labelsOf(down(selector, 'matchLabels')),
      ingress: restricts('Ingress', true) ? readRanges(down(spec, 'ingress')) : undefined,
      egress: restricts('Egress', exists(down(spec, 'egress')))
        ? readRanges(down(spec, 'egress'))
        : undefined,
    },
  };
}

function readRanges(rules: Cursor): PortRange[] {
  return itemsOf(rules).flatMap((rule) => {
    const ports = itemsOf(down(rule, 'ports'));
    if (ports.length === 0) return [EVERY];
    return ports.map((entry) => {
      const from = number(down(entry, 'port'), NaN);
      const to = number(down(entry, 'endPort'), from.value);
      if (!exists(down(entry, 'port')) || from.place.isUnknown || to.place.isUnknown) return EVERY;
      // A port by name is that of a container, which is none of the mesh's.
      return { from: from.value, to: to.value };
    });
  });
}
