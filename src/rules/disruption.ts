import type { Value } from '../model/control.js';
import type { DisruptionControl, WorkloadControl } from '../model/workload-control.js';
import type { Composition } from './composition.js';
import { isSelected } from './lookup.js';
import { replicasOfWorkload } from './workloads.js';

/** A disruption budget with its workload. */
export type Disruption = {
  readonly budget: DisruptionControl;
  readonly workload: WorkloadControl;
  readonly replicas: Value<number>;
  /** Pods that may be taken away at once when all are healthy. */
  readonly allowed: number;
};

export function disruptionsOf({ all }: Pick<Composition, 'all'>): readonly Disruption[] {
  return all('mesh/disruption').flatMap((budget) => {
    const workload = all('mesh/workload').find(
      ({ namespace, values }) =>
        namespace === budget.namespace && isSelected(budget.values.selector, values.labels),
    );
    if (workload === undefined) return [];
    const replicas = replicasOfWorkload(workload, all);
    return [{ budget, workload, replicas, allowed: allowedOf(budget, replicas.value) }];
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
