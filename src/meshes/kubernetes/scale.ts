import type { Value } from '../../model/control.js';
import type { ScaleControl } from '../../model/workload-control.js';
import {
  down,
  exists,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../manifests/cursor.js';

/** A HorizontalPodAutoscaler; Kubernetes' default is one replica. */
export function readAutoscaler(object: Cursor): ScaleControl {
  const spec = down(object, 'spec');
  return scaleOf(object, {
    workload: text(down(spec, 'scaleTargetRef', 'name')).value,
    minReplicas: number(down(spec, 'minReplicas'), 1),
  });
}

/** How many replicas one of KEDA keeps is not known where it may scale to zero. */
export function readScaledObject(object: Cursor): ScaleControl {
  const spec = down(object, 'spec');
  const least = optional(down(spec, 'minReplicaCount'), (at) => number(at, 0));
  return scaleOf(object, {
    workload: text(down(spec, 'scaleTargetRef', 'name')).value,
    minReplicas: least !== undefined && least.value > 0 ? least : undefined,
  });
}

/** A Rollout that refers to a Deployment sets its replicas: its own are scaled away. */
export function readReferringRollout(object: Cursor): ScaleControl[] {
  const spec = down(object, 'spec');
  const workload = down(spec, 'workloadRef', 'name');
  if (!exists(workload)) return [];
  return [
    scaleOf(object, {
      workload: text(workload).value,
      // An autoscaler of the Rollout may be elsewhere, and is where none are written.
      minReplicas: optional(down(spec, 'replicas'), (at) => number(at, 1)),
    }),
  ];
}

/** What decides how many replicas a workload has, in place of itself. */
export function scaleOf(
  object: Cursor,
  values: { readonly workload: string; readonly minReplicas: Value<number> | undefined },
): ScaleControl {
  return {
    layer: 'mesh',
    kind: 'scale',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(down(object, 'spec')),
    values,
  };
}
