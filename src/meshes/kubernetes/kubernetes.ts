import type {
  DisruptionControl,
  ScaleControl,
  ServiceControl,
} from '../../model/workload-control.js';
import {
  down,
  exists,
  fullHost,
  itemsOf,
  labelsOf,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../manifests/cursor.js';

export function readService(object: Cursor): ServiceControl {
  const spec = down(object, 'spec');
  const namespace = namespaceOf(object);
  return {
    layer: 'mesh',
    kind: 'service',
    target: targetOf(object),
    namespace,
    place: locate(spec),
    values: {
      host: fullHost(object.object.name, namespace),
      selector: labelsOf(down(spec, 'selector')),
      ports: itemsOf(down(spec, 'ports')).map((port) => ({
        number: number(down(port, 'port'), 0).value,
        name: text(down(port, 'name')),
        appProtocol: optional(down(port, 'appProtocol'), text),
        protocol: text(down(port, 'protocol'), 'TCP').value,
        place: locate(port),
      })),
    },
  };
}

/** Nothing for one that selects by expressions, which nobody here evaluates. */
export function readDisruptionBudget(object: Cursor): DisruptionControl[] {
  const spec = down(object, 'spec');
  if (exists(down(spec, 'selector', 'matchExpressions'))) return [];
  const control: DisruptionControl = {
    layer: 'mesh',
    kind: 'disruption',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      selector: labelsOf(down(spec, 'selector', 'matchLabels')),
      minAvailable: optional(down(spec, 'minAvailable'), text),
      maxUnavailable: optional(down(spec, 'maxUnavailable'), text),
    },
  };
  return [control];
}

export function readAutoscaler(object: Cursor): ScaleControl {
  const spec = down(object, 'spec');
  return {
    layer: 'mesh',
    kind: 'scale',
    target: targetOf(object),
    namespace: namespaceOf(object),
    place: locate(spec),
    values: {
      workload: text(down(spec, 'scaleTargetRef', 'name')).value,
      minReplicas: number(down(spec, 'minReplicas'), 1),
    },
  };
}
