import type { OutlierValues, TrafficPolicyControl } from '../../../model/mesh-control.js';
import type { Value } from '../../../model/control.js';
import type { Flow } from '../../../flow/flow.js';
import type { Composition } from '../../../flow/composition.js';
import { replicasOf } from '../../../flow/workloads.js';

/** Outlier detection of one level, with the number of endpoints it works on. */
export type Ejection = {
  readonly flow: Flow;
  readonly policy: TrafficPolicyControl;
  /** The upstream, and the subset where it is about one: each subset has endpoints of its own. */
  readonly name: string;
  readonly outlier: OutlierValues;
  readonly replicas: Value<number>;
  /** Endpoints that may be out at once: Envoy ejects while 100·(ejected + 1)/N ≤ P. */
  readonly ejectable: number;
};

/** @returns undefined when nobody says how many endpoints any host has */
export function ejectionsOf({ flows, all }: Composition): readonly Ejection[] | undefined {
  const counted = flows.filter(({ replicas }) => replicas !== undefined);
  if (counted.length === 0) return undefined;
  return counted.flatMap((flow) =>
    flow.policies.flatMap((policy) => {
      const { outlier, subset, subsetLabels } = policy.values;
      if (outlier === undefined || !isSentTo(flow, subset)) return [];
      const replicas =
        subset === undefined
          ? flow.replicas
          : replicasOf(policy.values.host.value, all, subsetLabels);
      if (replicas === undefined) return [];
      const name = subset === undefined ? flow.name : `${flow.name} (subset ${subset})`;
      return [
        { flow, policy, name, outlier, replicas, ejectable: ejectable(outlier, replicas.value) },
      ];
    }),
  );
}

/** True when some route leads to the subset, or, for the whole host, when not every one names a subset. */
function isSentTo({ routes }: Flow, subset: string | undefined): boolean {
  const named = routes.flatMap(({ values }) =>
    values.destinations.map((destination) => destination.subset?.value),
  );
  return named.includes(subset) || (subset === undefined && named.length === 0);
}

/** How many of N endpoints may be ejected at once. */
export function ejectable({ maxEjectionPercent }: OutlierValues, replicas: number): number {
  return Math.floor((maxEjectionPercent.value * replicas) / 100);
}
