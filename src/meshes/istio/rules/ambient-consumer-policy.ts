import { isAmbientNamespace, pathTo } from '../effective/ambient.js';
import { ROOT_NAMESPACE } from '../effective/lookup.js';
import { podsIn } from '../../../flow/pods.js';
import { sharesNamespace } from '../../../flow/selection.js';
import type { Selector } from '../../../flow/selector.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientConsumerPolicy: Rule = {
  code: 'AMBIENT_CONSUMER_POLICY',
  severity: 'error',
  layer: 'mesh',
  title: 'Policy of a caller in the ambient mesh, where only the owner of a Service has a say.',
  reads: ['mesh/service'],
  why: 'A waypoint takes routes and DestinationRules of the namespace of the Service and of its own; those of a caller are for sidecars (measured: a VirtualService and a DestinationRule in a third namespace, and an HTTPRoute there, change nothing at the waypoint).',
  fix: 'The policy in the namespace of the Service, for all callers; what is for one caller belongs into its application.',
  check: ({ all }) => {
    const policies = [
      ...all('mesh/route')
        .filter(({ values }) => values.inMesh)
        .map((route) => ({ ...route, hosts: route.values.hosts })),
      ...all('mesh/trafficPolicy')
        .filter(({ values }) => values.level === 'destination')
        .map((policy) => ({ ...policy, hosts: [policy.values.host.value] })),
    ];
    const seen = new Set<string>();
    return policies.flatMap(({ target, namespace, place, hosts }) => {
      if (namespace === ROOT_NAMESPACE || !isSurelyAmbient(namespace, all)) return [];
      const [path] = hosts
        .map((host) => pathTo(host, { namespace, labels: undefined }, all))
        .filter(({ kind }) => kind === 'waypoint');
      const key = `${namespace ?? ''} ${target}`;
      if (path?.kind !== 'waypoint' || seen.has(key)) return [];
      const { service, waypoint } = path;
      if ([service.namespace, waypoint.namespace].some((near) => sharesNamespace(near, namespace)))
        return [];
      seen.add(key);
      return [
        {
          target,
          at: place,
          also: [service.place],
          message: `${target} stands in ${namespace ?? ''}, and the waypoint ${waypoint.name} of ${service.target} takes policy of ${[...new Set([service.namespace, waypoint.namespace])].join(' and ')} only: it does nothing.`,
          fix: `metadata.namespace: ${service.namespace ?? ''}, by the owner of the Service.`,
        },
      ];
    });
  },
};

/** All pods of the namespace that are known are in the ambient mesh, and its labels or one of them say so. */
function isSurelyAmbient(namespace: string | undefined, all: Selector): boolean {
  if (namespace === undefined) return false;
  const pods = podsIn(namespace, all);
  if (pods.some(({ values }) => values.isInjected || !values.isAmbient)) return false;
  return pods.length > 0 || isAmbientNamespace(namespace, all);
}
