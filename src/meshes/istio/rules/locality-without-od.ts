import {
  down,
  entriesOf,
  exists,
  flag,
  itemsOf,
  locate,
  targetOf,
  type Cursor,
} from '../../../manifests/cursor.js';
import type { Report, Rule } from '../../../rules/rule.js';
import { worldOf } from '../../world.js';

export const localityWithoutOd: Rule = {
  code: 'LOCALITY_WITHOUT_OD',
  severity: 'warning',
  layer: 'mesh',
  title: 'Locality failover without outlier detection.',
  reads: ['mesh/objects'],
  why: 'Traffic leaves a locality when its endpoints are unhealthy, and a proxy learns that from outlierDetection alone: without the block failover and failoverPriority never act, and locality balancing is off (destination_rule.proto, LocalityLoadBalancerSetting; cluster_traffic_policy.go applyLoadBalancer).',
  fix: 'An outlierDetection block in the same trafficPolicy.',
  check: (composition) =>
    worldOf(composition)
      .ofKind('networking.istio.io', 'DestinationRule')
      .flatMap((object) => {
        const policy = down(object, 'spec', 'trafficPolicy');
        return [
          ...checkPolicy(object, policy, []),
          ...portsOf(policy).flatMap((port) => checkPolicy(object, port, [])),
          ...itemsOf(down(object, 'spec', 'subsets')).flatMap((subset) =>
            checkPolicy(object, down(subset, 'trafficPolicy'), [policy]),
          ),
        ];
      }),
};

function portsOf(policy: Cursor): readonly Cursor[] {
  return itemsOf(down(policy, 'portLevelSettings'));
}

/** @param above policies from which it inherits an outlierDetection */
function checkPolicy(object: Cursor, policy: Cursor, above: readonly Cursor[]): Report[] {
  const setting = down(policy, 'loadBalancer', 'localityLbSetting');
  const isOn = exists(setting) && flag(down(setting, 'enabled'), true).value;
  const detects = [policy, ...above].some((one) => exists(down(one, 'outlierDetection')));
  if (!isOn || detects) return [];
  const asked = entriesOf(setting)
    .map(([key]) => key)
    .filter((key) => key !== 'enabled');
  return [
    {
      target: targetOf(object),
      at: locate(setting),
      message: `localityLbSetting${asked.length === 0 ? '' : ` (${asked.join(', ')})`} without outlierDetection: traffic never leaves a locality whose pods fail.`,
      fix: 'outlierDetection: { consecutive5xxErrors: 5, interval: 10s, baseEjectionTime: 30s, maxEjectionPercent: 50 }',
    },
  ];
}
