import type { Value } from '../model/control.js';
import type { ServiceControl, WorkloadControl } from '../model/workload-control.js';
import type { Composition } from './composition.js';
import { isSelected } from './lookup.js';

type Selector = Composition['all'];

/** The Service that answers under a host. */
export function serviceOf(host: string, all: Selector): ServiceControl | undefined {
  return all('mesh/service').find(({ values }) => values.host === host);
}

/** The workloads behind a host. */
export function workloadsOf(host: string, all: Selector): readonly WorkloadControl[] {
  const service = serviceOf(host, all);
  if (service === undefined || Object.keys(service.values.selector).length === 0) return [];
  return all('mesh/workload').filter(
    ({ namespace, values }) =>
      namespace === service.namespace && isSelected(service.values.selector, values.labels),
  );
}

export function workloadOf(host: string, all: Selector): WorkloadControl | undefined {
  return workloadsOf(host, all)[0] ?? all('mesh/workload')[0];
}

/** Fewest replicas of a workload: the autoscaler's, otherwise the Deployment's own. */
export function replicasOfWorkload(workload: WorkloadControl, all: Selector): Value<number> {
  const scale = all('mesh/scale').find(
    ({ namespace, values }) =>
      namespace === workload.namespace && values.workload === workload.values.name,
  );
  return scale?.values.minReplicas ?? workload.values.replicas;
}

/** Fewest replicas of the service that scaffold.yaml declares; 3 when no manifest says. */
export function podsOf({ workload, all }: Composition): number {
  return workload === undefined ? 3 : replicasOfWorkload(workload, all).value;
}

/** Fewest endpoints of a host, when the manifests hold its workloads. */
export function replicasOf(host: string, all: Selector): Value<number> | undefined {
  const counts = workloadsOf(host, all).map((workload) => replicasOfWorkload(workload, all));
  const [first] = counts;
  if (first === undefined) return undefined;
  return { ...first, value: counts.reduce((sum, { value }) => sum + value, 0) };
}
