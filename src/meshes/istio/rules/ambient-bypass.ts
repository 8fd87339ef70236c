import { podsBehind } from '../../../flow/pods.js';
import { registryOf } from '../../../flow/registry.js';
import { isAmbientPods, waypointOf } from '../effective/ambient.js';
import { policiesOf } from '../effective/policies-of.js';
import { mayBeSame } from '../../world.js';
import { attachedPolicies } from '../written/waypoints.js';
import { locate, targetOf } from '../../../manifests/cursor.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientBypass: Rule = {
  code: 'AMBIENT_BYPASS',
  severity: 'warning',
  layer: 'mesh',
  title: 'A waypoint judges who may call, and the pods let everybody connect past it.',
  reads: ['mesh/authorization', 'mesh/service', 'mesh/workload'],
  why: "Whoever calls a pod by its address, or from a sidecar, does not pass the Service's waypoint, and so none of its policies (docs/ambient/migrate, migrate-policies). Only a policy that ztunnel carries out keeps them from it.",
  fix: "An AuthorizationPolicy bound to the pods that lets the waypoint's service account in and nobody else.",
  check: (composition) => {
    const { all } = composition;
    // While all is only tried, nothing is refused anywhere.
    if (all('app/meshIdentity')[0]?.values.observed === true) return [];
    return attachedPolicies(composition)
      .filter(({ object }) => object.object.kind === 'AuthorizationPolicy')
      .flatMap(({ object, services, at }) => {
        const { namespace } = object.object;
        const service = all('mesh/service').find(
          (one) =>
            services.some((name) => one.target === `Service/${name}`) &&
            mayBeSame(one.namespace ?? '', namespace),
        );
        if (service === undefined) return [];
        const waypoint = waypointOf(service, all);
        const pods = podsBehind(service, all);
        if (typeof waypoint === 'string' || pods.length === 0 || !pods.every(isAmbientPods))
          return [];
        const isGuarded = pods.some(({ namespace: home, values }) =>
          policiesOf({ namespace: home, labels: values.labels }, composition).some(
            (policy) => !policy.values.hasTargetRefs,
          ),
        );
        if (isGuarded) return [];
        const isWhole = registryOf(all).isWhole(service.namespace);
        return [
          {
            target: targetOf(object),
            at: locate(at),
            also: [service.place],
            ...(!isWhole && { severity: 'info' as const }),
            message: `${targetOf(object)} is carried out by the waypoint ${waypoint.name}, and no policy ${isWhole ? '' : 'here '}keeps callers from connecting to ${pods[0]?.target ?? 'its pods'} past it.`,
            fix: `An AuthorizationPolicy with the selector of the pods and principals: [<trust domain>/ns/${waypoint.namespace ?? ''}/sa/${waypoint.name}].`,
          },
        ];
      });
  },
};
