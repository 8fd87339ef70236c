import {
  down,
  exists,
  fullHost,
  itemsOf,
  locate,
  targetOf,
  text,
  texts,
  type Cursor,
} from '../../../manifests/cursor.js';
import { cite, type Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';
import { isUnresolved } from '../../../flow/selection.js';

export const drDropped: Rule = {
  code: 'DR_DROPPED',
  severity: 'warning',
  layer: 'mesh',
  title: 'Two DestinationRules of one namespace are for the same host.',
  reads: ['mesh/objects'],
  why: 'Of several DestinationRules for one host in a namespace Istio joins the subsets and keeps the trafficPolicy of the oldest: that of the others is dropped, as is a subset whose name is taken (destination_rule_convert.go, mergeDestinationRule; KIA0201).',
  fix: 'One DestinationRule a host and namespace, or a workloadSelector that tells their callers apart.',
  check: (composition) => {
    const first = new Map<string, Cursor>();
    const subsets = new Map<string, Set<string>>();
    return worldOf(composition)
      .ofKind('networking.istio.io', 'DestinationRule')
      .flatMap((object) => {
        const key = keyOf(object);
        if (key === undefined) return [];
        const other = first.get(key);
        const known = subsets.get(key) ?? new Set<string>();
        const own = subsetsOf(object);
        const taken = own.filter((name) => known.has(name));
        subsets.set(key, new Set([...known, ...own]));
        const policy = down(object, 'spec', 'trafficPolicy');
        // The first with a policy is the one that is kept.
        if (
          other === undefined ||
          (exists(policy) && !exists(down(other, 'spec', 'trafficPolicy')))
        )
          first.set(key, object);
        if (other === undefined || other.object.name === object.object.name) return [];
        const isPolicyLost = exists(policy) && exists(down(other, 'spec', 'trafficPolicy'));
        if (!isPolicyLost && taken.length === 0) return [];
        const place = locate(other);
        const lost = [
          ...(isPolicyLost ? ['one trafficPolicy of the two'] : []),
          ...(taken.length > 0 ? [`subset ${taken.join(', ')}, which both define,`] : []),
        ].join(' and ');
        return [
          {
            target: targetOf(object),
            at: isPolicyLost ? locate(policy) : locate(down(object, 'spec', 'subsets')),
            also: [place],
            message: `${targetOf(other)} (${cite(place)}) is for ${text(down(object, 'spec', 'host')).value} too: ${lost} is dropped.`,
            fix: `Join it with ${targetOf(other)}.`,
          },
        ];
      });
  },
};

function subsetsOf(object: Cursor): string[] {
  return itemsOf(down(object, 'spec', 'subsets')).map((subset) => text(down(subset, 'name')).value);
}

/** Rules with one key are joined; undefined where it is not known which they would be joined with. */
function keyOf(object: Cursor): string | undefined {
  const { namespace } = object.object;
  const host = text(down(object, 'spec', 'host')).value;
  if (namespace === '' || host === '' || isUnresolved(host)) return undefined;
  const selector = down(object, 'spec', 'workloadSelector');
  // Rules for some callers are kept apart from those for all.
  if (exists(selector)) return undefined;
  const exportTo = [...texts(down(object, 'spec', 'exportTo')).value].sort().join();
  return `${namespace} ${fullHost(host, namespace)} ${exportTo}`;
}
