import { podsBehind } from '../../../flow/pods.js';
import { registryOf } from '../../../flow/registry.js';
import { perSelector, type Selector } from '../../../flow/selector.js';
import type { ServiceControl } from '../../../model/workload-control.js';

const WAYPOINT = 'istio.io/use-waypoint';

const labelsOfNamespaces = perSelector(
  (all) =>
    new Map(all('mesh/namespace').map(({ namespace, values }) => [namespace, values.labels])),
);

/** True when the labels of a namespace put its pods into the ambient mesh. */
export function isAmbientNamespace(namespace: string | undefined, all: Selector): boolean {
  return labelsOfNamespaces(all).get(namespace)?.['istio.io/dataplane-mode']?.value === 'ambient';
}

const hasSidecars = perSelector((all) =>
  all('mesh/workload').some(({ values }) => values.isInjected),
);

/**
 * The Service of a host of the ambient mesh that has no waypoint, where no caller has a sidecar: nothing between
 * caller and pods reads HTTP.
 */
export function withoutWaypoint(
  host: string,
  caller: string | undefined,
  all: Selector,
): ServiceControl | undefined {
  const found = registryOf(all).services(host);
  const [service, ...others] = found.kind === 'found' ? found.items : [];
  if (service === undefined || others.length > 0 || hasSidecars(all)) return undefined;
  const { namespace, values } = service;
  const pods = podsBehind(service, all);
  const isAmbient =
    isAmbientNamespace(namespace, all) &&
    (caller === undefined || isAmbientNamespace(caller, all)) &&
    pods.every((pod) => pod.values.isAmbient);
  const waypoint =
    values.labels[WAYPOINT] ?? labelsOfNamespaces(all).get(namespace)?.[WAYPOINT]?.value ?? 'none';
  return isAmbient && waypoint === 'none' ? service : undefined;
}
