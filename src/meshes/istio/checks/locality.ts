import { formatPath, type Problem, type ValuePath } from '../../../manifests/manifest-file.js';
import { problem } from '../../../manifests/problem.js';

export type LocalityLb = {
  readonly enabled?: boolean;
  readonly distribute?: readonly {
    readonly from?: string;
    readonly to?: Readonly<Record<string, number>>;
  }[];
  readonly failover?: readonly { readonly from?: string; readonly to?: string }[];
  readonly failoverPriority?: readonly string[];
};

const TOPOLOGY = new Set([
  'topology.kubernetes.io/region',
  'topology.kubernetes.io/zone',
  'topology.istio.io/subzone',
]);

/** ValidateLocalityLbSetting. */
export function* checkLocality(at: ValuePath, setting: LocalityLb = {}): Generator<Problem> {
  const { distribute = [], failover = [], failoverPriority = [] } = setting;
  if (distribute.length > 0 && failover.length > 0)
    yield problem(
      [...at, 'failover'],
      `${formatPath(at)} must not have distribute beside failover.`,
    );
  if (failover.length > 0 && failoverPriority.some((label) => TOPOLOGY.has(label)))
    yield problem(
      at,
      `${formatPath(at)} must not have labels of the topology in failoverPriority beside failover.`,
    );
  for (const [index, { to = {} }] of distribute.entries()) {
    const place = [...at, 'distribute', index, 'to'];
    const total = Object.values(to).reduce((sum, weight) => sum + weight, 0);
    if (total !== 100)
      yield problem(place, `the weights of ${formatPath(place)} must add up to 100, not ${total}.`);
  }
  for (const [index, { from = '', to = '' }] of failover.entries()) {
    const place = [...at, 'failover', index];
    if (from === to) yield problem(place, `${formatPath(place)} must lead to another region.`);
    if (to.includes('/') || to.includes('*') || from.includes('/') || from.includes('*'))
      yield problem(place, `${formatPath(place)} takes regions, without zones and wildcards.`);
  }
}
