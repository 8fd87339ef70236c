import {
  down,
  exists,
  labelsOf,
  locate,
  targetOf,
  text,
  type Cursor,
} from '../../../manifests/cursor.js';
import { perWorld, type World } from '../../../manifests/kind.js';
import type { Rule } from '../../../rules/rule.js';
import { podsOf } from '../../kubernetes/written/pods.js';
import { mayBeSame, worldOf } from '../../world.js';

/** Label of the pods that Istio makes of a Gateway of the Gateway API. */
const GATEWAY_NAME = 'gateway.networking.k8s.io/gateway-name';
const KINDS = [
  ['security.istio.io', 'AuthorizationPolicy'],
  ['security.istio.io', 'RequestAuthentication'],
  ['telemetry.istio.io', 'Telemetry'],
  ['extensions.istio.io', 'WasmPlugin'],
] as const;

export const gatewaySelector: Rule = {
  code: 'GATEWAY_SELECTOR',
  severity: 'error',
  layer: 'mesh',
  title: 'A policy selects the pods of a Gateway API gateway in place of naming the Gateway.',
  reads: ['mesh/objects'],
  why: 'Waypoints never read selectors. Other gateways of the Gateway API do while ENABLE_SELECTOR_BASED_K8S_GATEWAY_POLICY is on, its default (policyattachment.go, ShouldAttachPolicy; IST0166): a targetRef acts either way.',
  fix: 'targetRefs with group gateway.networking.k8s.io, kind Gateway and its name.',
  check: (composition) => {
    const world = worldOf(composition);
    return KINDS.flatMap(([group, kind]) =>
      world.ofKind(group, kind).flatMap((object) => {
        const selector = down(object, 'spec', 'selector', 'matchLabels');
        const hasTarget = ['targetRef', 'targetRefs'].some((key) =>
          exists(down(object, 'spec', key)),
        );
        const gateway = hasTarget ? undefined : gatewayOf(object, labelsOf(selector), world);
        if (gateway === undefined) return [];
        const isWaypoint = waypointsIn(world).has(gateway);
        return [
          {
            target: targetOf(object),
            at: locate(selector),
            severity: isWaypoint ? ('error' as const) : ('info' as const),
            message: isWaypoint
              ? `${targetOf(object)} selects the pods of waypoint ${gateway}, which reads no selectors: it does nothing.`
              : `${targetOf(object)} selects the pods of Gateway ${gateway} by labels, which a setting of the control plane switches off.`,
            fix: `targetRefs: [{ group: gateway.networking.k8s.io, kind: Gateway, name: ${gateway} }]`,
          },
        ];
      }),
    );
  },
};

/** The Gateway whose pods the labels name, or select among those here. */
function gatewayOf(
  object: Cursor,
  labels: Readonly<Record<string, string>>,
  world: World,
): string | undefined {
  const wanted = Object.entries(labels);
  if (wanted.length === 0) return undefined;
  return (
    labels[GATEWAY_NAME] ??
    gatewayPods(world).find(
      (pods) =>
        mayBeSame(pods.namespace, object.object.namespace) &&
        wanted.every(([key, value]) => pods.labels[key] === value),
    )?.labels[GATEWAY_NAME]
  );
}

const gatewayPods = perWorld((world) =>
  podsOf(world).filter(({ labels }) => labels[GATEWAY_NAME] !== undefined),
);

const waypointsIn = perWorld(
  ({ ofKind }) =>
    new Set(
      ofKind('gateway.networking.k8s.io', 'Gateway')
        .filter(
          (gateway) => text(down(gateway, 'spec', 'gatewayClassName')).value === 'istio-waypoint',
        )
        .map(({ object }) => object.name),
    ),
);
