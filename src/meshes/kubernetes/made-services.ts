import type { ScaleControl, ServiceControl } from '../../model/workload-control.js';
import {
  down,
  exists,
  fullHost,
  locate,
  namespaceOf,
  number,
  optional,
  targetOf,
  text,
  type Cursor,
} from '../../manifests/cursor.js';
import { scaleOf } from './scale.js';

/**
 * The Services that Flagger makes of a Canary, and that it, and no manifest, scales the workload: the pods of
 * the original are gone but for the time of an analysis.
 */
export function readCanary(object: Cursor): (ServiceControl | ScaleControl)[] {
  const spec = down(object, 'spec');
  const workload = text(down(spec, 'targetRef', 'name')).value;
  const service = down(spec, 'service');
  if (!exists(service)) return [];
  return [
    ...namesOfCanary(object).map((made) => madeService(object, made, service)),
    scaleOf(object, { workload, minReplicas: undefined }),
  ];
}

/** Names of the Services that Flagger makes of a Canary. */
export function namesOfCanary(object: Cursor): readonly string[] {
  const spec = down(object, 'spec');
  const workload = text(down(spec, 'targetRef', 'name'));
  const name = text(down(spec, 'service', 'name'), workload.value).value;
  return [name, `${name}-primary`, `${name}-canary`];
}

/** The Service that Knative makes, which leads to its gateway. */
export function readKnativeService(object: Cursor): ServiceControl {
  return madeService(object, object.object.name, down(object, 'spec'));
}

function madeService(object: Cursor, name: string, service: Cursor): ServiceControl {
  const namespace = namespaceOf(object);
  const port = down(service, 'port');
  return {
    layer: 'mesh',
    kind: 'service',
    target: targetOf(object),
    namespace,
    place: locate(service),
    values: {
      host: fullHost(name, namespace),
      labels: {},
      // Labels of the pods behind it are no manifest's.
      selector: {},
      ports: [
        {
          number: number(port, 80).value,
          name: text(down(service, 'portName'), 'http'),
          appProtocol: optional(down(service, 'appProtocol'), text),
          protocol: 'TCP',
          targetPort: text(down(service, 'targetPort'), text(port, '80').value),
          place: locate(port),
        },
      ],
      type: 'ClusterIP',
      isHeadless: false,
    },
  };
}
