import { podsOfPolicy, servedPorts } from '../effective/selected-ports.js';
import { cite, type Rule } from '../../../rules/rule.js';

export const authzPortExcluded: Rule = {
  code: 'AUTHZ_PORT_EXCLUDED',
  severity: 'warning',
  layer: 'mesh',
  title: 'A policy is to protect pods whose port passes the sidecar by.',
  reads: ['mesh/workload'],
  why: 'traffic.sidecar.istio.io/excludeInboundPorts leaves a port out of the redirection: its requests meet the application without mTLS, AuthorizationPolicy and RequestAuthentication (the annotation reference; iptables rules of istio-iptables).',
  fix: 'Take the port out of the annotation, or protect it by a NetworkPolicy.',
  check: ({ all }) =>
    [...all('mesh/authorization'), ...all('mesh/authentication')].flatMap(
      ({ target, namespace, place, values }) => {
        if (values.hasTargetRefs) return [];
        const subject = { namespace, labels: values.selector };
        const pods = podsOfPolicy(subject, all).filter(
          ({ values: { excludedInboundPorts } }) => excludedInboundPorts.value.length > 0,
        );
        if (pods.length === 0) return [];
        const served = new Set(servedPorts(subject, all).map(({ containerPort }) => containerPort));
        return pods.flatMap((workload) => {
          const { excludedInboundPorts } = workload.values;
          const open = excludedInboundPorts.value.filter((port) => served.has(port));
          if (open.length === 0) return [];
          return [
            {
              target,
              at: excludedInboundPorts.place,
              also: [place],
              message: `${target} (${cite(place)}) selects ${workload.target}, and its port ${open.join(', ')}, to which a Service leads, passes the sidecar by: nothing is checked there.`,
              fix: `Take ${open.join(', ')} out of traffic.sidecar.istio.io/excludeInboundPorts.`,
            },
          ];
        });
      },
    ),
};
