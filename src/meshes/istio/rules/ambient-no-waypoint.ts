import { withoutWaypoint } from '../effective/ambient.js';
import type { Composition } from '../../../flow/composition.js';
import { fullHost, locate, targetOf } from '../../../manifests/cursor.js';
import { attachedPolicies } from '../written/waypoints.js';
import type { Report, Rule } from '../../../rules/rule.js';

export const ambientNoWaypoint: Rule = {
  code: 'AMBIENT_NO_WAYPOINT',
  severity: 'error',
  layer: 'mesh',
  title: 'HTTP policy for a Service of the ambient mesh that has no waypoint.',
  reads: ['mesh/namespace', 'mesh/service'],
  why: 'ztunnel knows connections: routes, retries, timeouts and the traffic policy of a DestinationRule are carried out by a waypoint, for Services that name one by istio.io/use-waypoint (docs/ambient/usage/l7-features; cluster_waypoint.go). Without it they are accepted and never act.',
  fix: 'The label istio.io/use-waypoint on the Service or its namespace, and a Gateway of class istio-waypoint.',
  check: (composition) => {
    const { all } = composition;
    const seen = new Set<string>();
    const policies = [
      ...all('mesh/route')
        .filter(({ values }) => values.inMesh)
        .map((route) => ({ ...route, hosts: route.values.hosts })),
      ...all('mesh/trafficPolicy')
        .filter(({ values }) => values.level === 'destination' && values.blocks.length > 0)
        .map((policy) => ({ ...policy, hosts: [policy.values.host.value] })),
    ];
    return [
      ...unattached(composition),
      ...policies.flatMap(({ target, namespace, place, hosts }) => {
        const key = `${namespace ?? ''} ${target}`;
        const [service] = hosts.flatMap((host) => withoutWaypoint(host, namespace, all) ?? []);
        if (service === undefined || seen.has(key)) return [];
        seen.add(key);
        return [
          {
            target,
            at: place,
            also: [service.place],
            message: `${service.target} is in the ambient mesh without a waypoint, where nothing reads HTTP: ${target} never acts.`,
            fix: 'The label istio.io/use-waypoint on the Service, with the name of its waypoint.',
          },
        ];
      }),
    ];
  },
};

/** Policies that refer to such a Service: it is no waypoint that would carry them out. */
function unattached(composition: Composition): Report[] {
  const { all } = composition;
  return attachedPolicies(composition).flatMap(({ object, services, at }) => {
    const { namespace } = object.object;
    const [service] = services.flatMap((name) => {
      const host = fullHost(name, namespace);
      return withoutWaypoint(host, namespace, all) ?? [];
    });
    if (service === undefined) return [];
    const target = targetOf(object);
    return [
      {
        target,
        at: locate(at),
        also: [service.place],
        message: `${service.target} is in the ambient mesh without a waypoint, and only a waypoint carries out what refers to a Service: ${target} refuses and checks nothing.`,
        fix: 'The label istio.io/use-waypoint on the Service, with the name of its waypoint.',
      },
    ];
  });
}
