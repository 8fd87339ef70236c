import type { MeshTracingControl } from '../../model/mesh-control.js';
import type { WorkloadControl } from '../../model/workload-control.js';

/** Sampling that a pod sets for itself. */
export function readPodTracing({ values, ...control }: WorkloadControl): MeshTracingControl[] {
  const { sampling } = values.proxy;
  if (sampling === undefined) return [];
  return [
    {
      ...control,
      kind: 'tracing',
      values: { selector: values.labels, sampling, providers: [], isReporting: true },
    },
  ];
}
