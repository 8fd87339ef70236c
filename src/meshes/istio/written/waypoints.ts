import type { Composition } from '../../../flow/composition.js';
import { down, exists, itemsOf, text, type Cursor } from '../../../manifests/cursor.js';
import { perWorld } from '../../../manifests/kind.js';
import { mayBeSame, worldOf } from '../../world.js';
import type { NamedWaypoint } from '../effective/ambient.js';

const CLASS = 'istio-waypoint';

export type WrittenWaypoint = {
  readonly object: Cursor;
  readonly name: string;
  readonly namespace: string;
  /** Its service account: its own name, unless an annotation gives another (waypoint.yaml). */
  readonly account: string;
  /** For what it is: `service` unless a label says otherwise. */
  readonly serves: string;
  /** Its Deployment is shaped by a ConfigMap. */
  readonly isShaped: boolean;
};

const waypointsIn = perWorld<readonly WrittenWaypoint[]>(({ ofKind }) =>
  ofKind('gateway.networking.k8s.io', 'Gateway')
    .filter((object) => text(down(object, 'spec', 'gatewayClassName')).value === CLASS)
    .map((object) => {
      const metadata = down(object, 'metadata');
      const { name, namespace } = object.object;
      return {
        object,
        name,
        namespace,
        account: text(down(metadata, 'annotations', 'gateway.istio.io/service-account'), name)
          .value,
        serves: text(down(metadata, 'labels', 'istio.io/waypoint-for'), 'service').value,
        isShaped: exists(down(object, 'spec', 'infrastructure', 'parametersRef')),
      };
    }),
);

/** Gateways of the class istio-waypoint. */
export function waypointsOf(composition: Pick<Composition, 'all'>): readonly WrittenWaypoint[] {
  return waypointsIn(worldOf(composition));
}

/** The Gateway that a Service names as its waypoint; undefined where it is not among the manifests. */
export function gatewayOf(
  { name, namespace }: NamedWaypoint,
  composition: Pick<Composition, 'all'>,
): WrittenWaypoint | undefined {
  return waypointsOf(composition).find(
    (waypoint) => waypoint.name === name && mayBeSame(waypoint.namespace, namespace ?? ''),
  );
}

const ATTACHED = [
  ['security.istio.io', 'AuthorizationPolicy'],
  ['security.istio.io', 'RequestAuthentication'],
  ['telemetry.istio.io', 'Telemetry'],
  ['extensions.istio.io', 'WasmPlugin'],
] as const;

/** An object that a Service refers to, of those that a waypoint carries out. */
export type AttachedPolicy = {
  readonly object: Cursor;
  /** Names of the Services of its namespace. */
  readonly services: readonly string[];
  readonly at: Cursor;
};

const attachedIn = perWorld<readonly AttachedPolicy[]>(({ ofKind }) =>
  ATTACHED.flatMap(([group, kind]) => ofKind(group, kind)).flatMap((object) => {
    const at = down(object, 'spec', 'targetRefs');
    const services = itemsOf(at)
      .filter((ref) => text(down(ref, 'kind')).value === 'Service')
      .map((ref) => text(down(ref, 'name')).value);
    return services.length === 0 ? [] : [{ object, services, at }];
  }),
);

/** Policies that refer to Services. */
export function attachedPolicies(composition: Pick<Composition, 'all'>): readonly AttachedPolicy[] {
  return attachedIn(worldOf(composition));
}
