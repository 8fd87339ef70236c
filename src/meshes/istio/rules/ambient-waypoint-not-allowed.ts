import type { Composition } from '../../../flow/composition.js';
import { podsBehind, type Pods } from '../../../flow/pods.js';
import type { AuthorizationControl } from '../../../model/mesh-control.js';
import type { ServiceControl } from '../../../model/workload-control.js';
import { mayAdmit } from '../effective/admits.js';
import { isAmbientPods, waypointOf } from '../effective/ambient.js';
import { policiesOf } from '../effective/policies-of.js';
import { gatewayOf } from '../written/waypoints.js';
import type { Report, Rule } from '../../../rules/rule.js';

export const ambientWaypointNotAllowed: Rule = {
  code: 'AMBIENT_WAYPOINT_NOT_ALLOWED',
  severity: 'error',
  layer: 'mesh',
  title: 'Who may connect to the pods is listed, and their waypoint is not among them.',
  reads: ['mesh/authorization', 'mesh/service', 'mesh/workload'],
  why: "With a waypoint ztunnel sees the waypoint's identity in place of the callers': a list of callers bound to the pods refuses every call that comes through it (docs/ambient/migrate, migrate-policies).",
  fix: "The waypoint's service account in the policy of the pods, and the callers in one with targetRefs.",
  check: (composition) => {
    const seen = new Set<string>();
    return composition
      .all('mesh/service')
      .flatMap((service) => checkService(service, composition))
      .filter(({ target }) => !seen.has(target) && seen.add(target));
  },
};

function checkService(service: ServiceControl, composition: Composition): Report[] {
  const { all } = composition;
  const waypoint = waypointOf(service, all);
  if (typeof waypoint === 'string' || waypoint.namespace === undefined) return [];
  const gateway = gatewayOf(waypoint, composition);
  const caller = { namespace: waypoint.namespace, account: gateway?.account ?? waypoint.name };
  return podsBehind(service, all)
    .filter(isAmbientPods)
    .flatMap((pods) => {
      const policies = allowing(pods, composition);
      const [first] = policies;
      if (first === undefined || policies.some((policy) => mayAdmit(policy, caller))) return [];
      return [
        {
          target: first.target,
          at: first.place,
          also: [service.place],
          message: `${service.target} is called through the waypoint ${waypoint.name}, and ${policies.map(({ target }) => target).join(', ')} ${policies.length === 1 ? 'does' : 'do'} not let ${caller.namespace}/sa/${caller.account} connect to ${pods.target}: every call is refused.`,
          fix: `principals: [<trust domain>/ns/${caller.namespace}/sa/${caller.account}], and the callers in an AuthorizationPolicy with targetRefs to the Service.`,
        },
      ];
    });
}

/** ALLOW policies that ztunnel carries out for pods. */
function allowing(
  { namespace, values }: Pods,
  composition: Composition,
): readonly AuthorizationControl[] {
  return policiesOf({ namespace, labels: values.labels }, composition).filter(
    (policy) =>
      !policy.values.hasTargetRefs &&
      !policy.values.dryRun &&
      policy.values.action.value === 'ALLOW',
  );
}
