import { groupedBy, type Selector } from './selector.js';
import type { Value } from '../model/control.js';
import type { Labels } from '../model/mesh-control.js';
import type { ServiceControl, WorkloadControl } from '../model/workload-control.js';
import { registryOf } from './registry.js';
import { isSelected, sharesNamespace } from './selection.js';

const scalesByWorkload = groupedBy('mesh/scale', ({ values }) => values.workload);

/** The Service that answers under a host. */
export function serviceOf(host: string, all: Selector): ServiceControl | undefined {
  const found = registryOf(all).services(host);
  return found.kind === 'found' ? found.items[0] : undefined;
}

/** The workloads behind a host. */
export function workloadsOf(host: string, all: Selector): readonly WorkloadControl[] {
  const found = registryOf(all).workloadsOf(host);
  return found.kind === 'found' ? found.items : [];
}

export function workloadOf(host: string, all: Selector): WorkloadControl | undefined {
  return workloadsOf(host, all)[0] ?? all('mesh/workload')[0];
}

/** Fewest replicas of a workload: the autoscaler's, otherwise its own; undefined when nodes decide. */
export function replicasOfWorkload(
  workload: WorkloadControl,
  all: Selector,
): Value<number> | undefined {
  const scale = scalesByWorkload(all)
    .get(workload.values.name)
    ?.find(({ namespace }) => sharesNamespace(namespace, workload.namespace));
  return scale === undefined ? workload.values.replicas : scale.values.minReplicas;
}

/** Fewest replicas of the service that scaffold.yaml declares; 3 when no manifest says. */
export function podsOf({
  workload,
  all,
}: {
  readonly workload: WorkloadControl | undefined;
  readonly all: Selector;
}): number {
  return (workload === undefined ? undefined : replicasOfWorkload(workload, all)?.value) ?? 3;
}

/** Fewest endpoints of a host, or of those with the labels of a subset, when the manifests hold its workloads. */
export function replicasOf(
  host: string,
  all: Selector,
  labels: Labels = {},
): Value<number> | undefined {
  return sumReplicas(
    workloadsOf(host, all).filter(({ values }) => isSelected(labels, values.labels)),
    all,
  );
}

/** Replicas of several workloads together; undefined when those of one are not known. */
export function sumReplicas(
  workloads: readonly WorkloadControl[],
  all: Selector,
): Value<number> | undefined {
  const counts = workloads.map((workload) => replicasOfWorkload(workload, all));
  const [first] = counts;
  if (first === undefined) return undefined;
  let sum = 0;
  for (const count of counts) {
    if (count === undefined) return undefined;
    sum += count.value;
  }
  return { ...first, value: sum };
}
