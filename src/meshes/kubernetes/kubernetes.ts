import type {
  DisruptionControl,
  NamespaceControl,
  ServiceControl,
} from '../../model/workload-control.js';
import {
  down,
  entriesOf,
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

export function readNamespace(object: Cursor): NamespaceControl {
  const labels = down(object, 'metadata', 'labels');
  return {
    layer: 'mesh',
    kind: 'namespace',
    target: targetOf(object),
    namespace: object.object.name,
    place: locate(labels),
    values: {
      labels: Object.fromEntries(entriesOf(labels).map(([key, value]) => [key, text(value)])),
    },
  };
}

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
      labels: labelsOf(down(object, 'metadata', 'labels')),
      selector: labelsOf(down(spec, 'selector')),
      ports: itemsOf(down(spec, 'ports')).map((port) => ({
        number: number(down(port, 'port'), 0).value,
        name: text(down(port, 'name')),
        appProtocol: optional(down(port, 'appProtocol'), text),
        protocol: text(down(port, 'protocol'), 'TCP').value,
        targetPort: text(down(port, 'targetPort'), text(down(port, 'port')).value),
        place: locate(port),
      })),
      type: text(down(spec, 'type'), 'ClusterIP').value,
      isHeadless: text(down(spec, 'clusterIP')).value === 'None',
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
