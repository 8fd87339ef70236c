import { registryOf } from '../../../flow/registry.js';
import { isAmbientService, waypointOf } from '../effective/ambient.js';
import { gatewayOf, waypointsOf } from '../written/waypoints.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientWaypointUnknown: Rule = {
  code: 'AMBIENT_WAYPOINT_UNKNOWN',
  severity: 'error',
  layer: 'mesh',
  title: 'A Service names a waypoint that does not exist.',
  reads: ['mesh/service'],
  why: 'istio.io/use-waypoint names a Gateway of the class istio-waypoint. Where there is none of that name, istiod sends no waypoint for the Service: its routes and policies are not carried out (ambient/waypoints.go).',
  fix: 'The name of a waypoint, with istio.io/use-waypoint-namespace where it is elsewhere, or the Gateway.',
  check: (composition) => {
    const { all } = composition;
    return all('mesh/service').flatMap((service) => {
      const waypoint = waypointOf(service, all);
      if (typeof waypoint === 'string' || !isAmbientService(service, all)) return [];
      const { name, namespace } = waypoint;
      if (gatewayOf(waypoint, composition) !== undefined) return [];
      // A waypoint is often the platform's: only one of another name beside it, or a dump of all, says that it is not there.
      const hasOther = waypointsOf(composition).some((other) => other.namespace === namespace);
      const isWhole = registryOf(all).isWhole(namespace);
      const isDump = all('mesh/extent').some(({ values }) => values.namespaces === 'every');
      if (namespace === undefined || !(hasOther || isDump)) return [];
      return [
        {
          target: service.target,
          at: service.place,
          ...(!isDump && !isWhole && { severity: 'warning' as const }),
          message: `${service.target} names the waypoint ${name}, and ${isDump || isWhole ? namespace : `what is here of ${namespace}`} has no Gateway of the class istio-waypoint of that name: nothing reads its requests.`,
          fix: `A Gateway ${name} of the class istio-waypoint in ${namespace}, or another name.`,
        },
      ];
    });
  },
};
