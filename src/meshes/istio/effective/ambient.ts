import type { Consumer } from '../../../flow/mesh-source.js';
import { podsBehind, podsWith, type Pods } from '../../../flow/pods.js';
import { registryOf } from '../../../flow/registry.js';
import { perSelector, type Selector } from '../../../flow/selector.js';
import type { ServiceControl } from '../../../model/workload-control.js';

const WAYPOINT = 'istio.io/use-waypoint';
const WAYPOINT_NAMESPACE = 'istio.io/use-waypoint-namespace';
const MODE = 'istio.io/dataplane-mode';
/** The value that takes a Service out of the waypoint of its namespace. */
const NO_WAYPOINT = 'none';

const labelsOfNamespaces = perSelector(
  (all) =>
    new Map(all('mesh/namespace').map(({ namespace, values }) => [namespace, values.labels])),
);

/** True when the labels of a namespace put its pods into the ambient mesh. */
export function isAmbientNamespace(namespace: string | undefined, all: Selector): boolean {
  return labelOf(namespace, MODE, all) === 'ambient';
}

function labelOf(namespace: string | undefined, key: string, all: Selector): string | undefined {
  return labelsOfNamespaces(all).get(namespace)?.[key]?.value;
}

const hasSidecars = perSelector((all) =>
  all('mesh/workload').some(({ values }) => values.isInjected),
);

const hasAmbient = perSelector(
  (all) =>
    all('mesh/workload').some(({ values }) => values.isAmbient) ||
    all('mesh/namespace').some(({ namespace }) => isAmbientNamespace(namespace, all)) ||
    all('mesh/service').some(({ values }) => values.labels[WAYPOINT] !== undefined),
);

/** A waypoint that a Service names, or that its namespace does. */
export type NamedWaypoint = { readonly name: string; readonly namespace: string | undefined };

/**
 * The waypoint of a Service: `none` where its labels, or those of its namespace, surely name none; `unknown` where the
 * namespace, which may name one, is not among the manifests.
 */
export function waypointOf(
  { namespace, values }: ServiceControl,
  all: Selector,
): NamedWaypoint | 'none' | 'unknown' {
  const own = values.labels[WAYPOINT];
  const shared = labelsOfNamespaces(all).get(namespace);
  const name = own ?? shared?.[WAYPOINT]?.value;
  if (name === undefined) return shared === undefined ? 'unknown' : 'none';
  if (name === NO_WAYPOINT) return 'none';
  const at =
    own === undefined ? shared?.[WAYPOINT_NAMESPACE]?.value : values.labels[WAYPOINT_NAMESPACE];
  return { name, namespace: at ?? namespace };
}

/** What calls pass on their way to a host: a sidecar of the caller, ztunnel, and perhaps a waypoint. */
export type CallPath =
  | { readonly kind: 'sidecar' }
  | {
      readonly kind: 'waypoint';
      readonly waypoint: NamedWaypoint;
      readonly service: ServiceControl;
    }
  | { readonly kind: 'ztunnel'; readonly service?: ServiceControl; readonly isKnown: boolean };

/** Where nothing says that a call is one of the ambient mesh, it passes a sidecar. */
export function pathTo(host: string, caller: Consumer, all: Selector): CallPath {
  if (!hasAmbient(all)) return { kind: 'sidecar' };
  const plane = planeOf(caller, all);
  const found = registryOf(all).services(host);
  const [service, ...others] = found.kind === 'found' ? found.items : [];
  if (plane === 'sidecar') return { kind: 'sidecar' };
  if (service === undefined || others.length > 0) {
    return plane === 'ambient' ? { kind: 'ztunnel', isKnown: false } : { kind: 'sidecar' };
  }
  if (plane === 'unknown' && (hasSidecars(all) || !isAmbientService(service, all))) {
    return { kind: 'sidecar' };
  }
  const waypoint = waypointOf(service, all);
  return typeof waypoint === 'string'
    ? { kind: 'ztunnel', service, isKnown: waypoint === 'none' }
    : { kind: 'waypoint', waypoint, service };
}

/** What carries the calls of pods, as far as it is written. */
function planeOf(
  { namespace, labels }: Consumer,
  all: Selector,
): 'ambient' | 'sidecar' | 'unknown' {
  if (labels !== undefined) {
    const pods = podsWith({ namespace, labels }, all);
    if (pods.some(({ values }) => values.isInjected)) return 'sidecar';
    if (labels[MODE] === 'ambient') return 'ambient';
    if (labels[MODE] !== undefined) return 'unknown';
  }
  if (namespace === undefined || !isAmbientNamespace(namespace, all)) return 'unknown';
  return podsWith({ namespace, labels: undefined }, all).some(({ values }) => values.isInjected)
    ? 'unknown'
    : 'ambient';
}

/** True when all pods behind a Service are surely in the ambient mesh. */
export function isAmbientService(service: ServiceControl, all: Selector): boolean {
  const pods = podsBehind(service, all);
  if (pods.length === 0) return isAmbientNamespace(service.namespace, all);
  return pods.every(isAmbientPods);
}

export function isAmbientPods({ values }: Pods): boolean {
  return values.isAmbient && !values.isInjected;
}

/**
 * The Service of a host of the ambient mesh that has no waypoint, where no caller has a sidecar: nothing between
 * caller and pods reads HTTP.
 */
export function withoutWaypoint(
  host: string,
  caller: string | undefined,
  all: Selector,
): ServiceControl | undefined {
  if (hasSidecars(all)) return undefined;
  if (caller !== undefined && !isAmbientNamespace(caller, all)) return undefined;
  const path = pathTo(host, { namespace: caller, labels: undefined }, all);
  if (path.kind !== 'ztunnel' || !path.isKnown || path.service === undefined) return undefined;
  const isAmbient =
    isAmbientNamespace(path.service.namespace, all) &&
    podsBehind(path.service, all).every((pod) => pod.values.isAmbient);
  return isAmbient ? path.service : undefined;
}
