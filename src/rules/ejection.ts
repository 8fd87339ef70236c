import type { OutlierValues, TrafficPolicyControl } from '../model/mesh-control.js';
import type { Value } from '../model/control.js';
import type { Composition, Flow } from './composition.js';

/** Outlier detection of one level, with the number of endpoints it works on. */
export type Ejection = {
  readonly flow: Flow;
  readonly policy: TrafficPolicyControl;
  readonly outlier: OutlierValues;
  readonly replicas: Value<number>;
  /** Endpoints that may be out at once: Envoy ejects while 100·(ejected + 1)/N ≤ P. */
  readonly ejectable: number;
};

/** @returns undefined when nobody says how many endpoints any host has */
export function ejectionsOf({ flows }: Composition): readonly Ejection[] | undefined {
  const counted = flows.filter(({ replicas }) => replicas !== undefined);
  if (counted.length === 0) return undefined;
  return counted.flatMap((flow) =>
    flow.policies.flatMap((policy) => {
      const { outlier } = policy.values;
      const { replicas } = flow;
      if (outlier === undefined || replicas === undefined) return [];
      return [{ flow, policy, outlier, replicas, ejectable: ejectable(outlier, replicas.value) }];
    }),
  );
}

/** How many of N endpoints may be ejected at once. */
export function ejectable({ maxEjectionPercent }: OutlierValues, replicas: number): number {
  return Math.floor((maxEjectionPercent.value * replicas) / 100);
}
