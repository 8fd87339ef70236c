import type { Control } from '../../model/controls.js';
import { podsBehind } from '../../flow/pods.js';
import { perSelector, type Selector } from '../../flow/selector.js';
import type { ServiceControl } from '../../model/workload-control.js';

/** Controls that nothing but an object of a mesh makes. */
const OF_MESH = [
  'mesh/route',
  'mesh/trafficPolicy',
  'mesh/mtls',
  'mesh/authentication',
  'mesh/authorization',
  'mesh/egress',
  'mesh/entry',
  'mesh/other',
  'mesh/meshConfig',
  'app/meshIdentity',
] as const satisfies readonly `${Control['layer']}/${Control['kind']}`[];

/** True when something in the manifests says that a mesh is meant at all. */
export const hasMesh = perSelector<boolean>(
  (all) =>
    OF_MESH.some((key) => all(key).length > 0) ||
    all('mesh/namespace').some(({ namespace }) => isMeshed(namespace, all)) ||
    [...all('mesh/workload'), ...all('mesh/pod')].some(
      ({ values }) => values.isInjected || values.isAmbient,
    ),
);

/** Whether the pods behind a Service are in a mesh. */
export function membershipOf(service: ServiceControl, all: Selector): 'yes' | 'no' | 'unknown' {
  const pods = podsBehind(service, all);
  if (pods.some(({ values }) => values.isInjected || values.isAmbient)) return 'yes';
  if (pods.length > 0 && pods.every(({ values }) => values.isLeftOut)) return 'no';
  return isMeshed(service.namespace, all) ? 'yes' : 'unknown';
}

const labelsOfNamespaces = perSelector(
  (all) =>
    new Map(all('mesh/namespace').map(({ namespace, values }) => [namespace, values.labels])),
);

function isMeshed(namespace: string | undefined, all: Selector): boolean {
  const labels = labelsOfNamespaces(all).get(namespace) ?? {};
  const value = (key: string) => labels[key]?.value;
  return (
    value('istio-injection') === 'enabled' ||
    (value('istio.io/rev') ?? '') !== '' ||
    value('istio.io/dataplane-mode') === 'ambient' ||
    value('linkerd.io/inject') === 'enabled'
  );
}
