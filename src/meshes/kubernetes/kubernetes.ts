import type { Value } from '../../model/control.js';
import type { LinkerdControl } from '../../model/mesh-control.js';
import type {
  DisruptionControl,
  ScaleControl,
  ServiceControl,
} from '../../model/workload-control.js';
import {
  down,
  entriesOf,
  exists,
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
      host: `${object.object.name}.${namespace}.svc.cluster.local`,
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

const LINKERD = /^(?:retry\.linkerd\.io|timeout\.linkerd\.io|balancer\.linkerd\.io)\//;

/** Annotations by which Linkerd retries, limits and ejects, or a ServiceProfile, which switches them off. */
export function readLinkerd(object: Cursor): LinkerdControl[] {
  const isProfile = object.object.kind === 'ServiceProfile';
  const annotations: Value<string>[] = entriesOf(down(object, 'metadata', 'annotations'))
    .filter(([key]) => LINKERD.test(key))
    .map(([key, cursor]) => ({ value: key, basis: 'written', place: locate(cursor) }));
  if (!isProfile && annotations.length === 0) return [];
  const namespace = namespaceOf(object);
  const { name } = object.object;
  return [
    {
      layer: 'mesh',
      kind: 'linkerd',
      target: targetOf(object),
      namespace,
      place: locate(object),
      values: {
        host: isProfile ? name : `${name}.${namespace}.svc.cluster.local`,
        isProfile,
        annotations,
      },
    },
  ];
}
