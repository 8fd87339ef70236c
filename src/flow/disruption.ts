import type { Value } from '../model/control.js';
import type { DisruptionControl, WorkloadControl } from '../model/workload-control.js';
import type { Composition } from './composition.js';
import { registryOf } from './registry.js';
import { sumReplicas } from './workloads.js';

/** A disruption budget with its workloads. */
export type Disruption = {
  readonly budget: DisruptionControl;
  readonly workloads: readonly WorkloadControl[];
  readonly replicas: Value<number>;
  /** Pods that may be taken away at once when all are healthy. */
  readonly allowed: number;
};

export function disruptionsOf({ all }: Pick<Composition, 'all'>): readonly Disruption[] {
  return all('mesh/disruption').flatMap((budget) => {
    const found = registryOf(all).workloads(budget.values.selector, budget.namespace);
    const workloads = found.kind === 'found' ? found.items : [];
    const replicas = sumReplicas(workloads, all);
    if (replicas === undefined) return [];
    return [{ budget, workloads, replicas, allowed: allowedOf(budget, replicas.value) }];
  });
}

/** Kubernetes rounds both up. */
function allowedOf(
  { values: { minAvailable, maxUnavailable } }: DisruptionControl,
  replicas: number,
): number {
  const count = (text: string): number =>
    text.endsWith('%') ? Math.ceil((Number.parseFloat(text) * replicas) / 100) : Number(text);
  if (maxUnavailable !== undefined) return count(maxUnavailable.value);
  return minAvailable === undefined ? replicas : replicas - count(minAvailable.value);
}
