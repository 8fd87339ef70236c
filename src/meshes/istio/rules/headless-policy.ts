import { registryOf } from '../../../flow/registry.js';
import { protocolOfPort } from '../../kubernetes/port-protocol.js';
import type { Rule } from '../../../rules/rule.js';

const BALANCING = ['outlierDetection', 'loadBalancer'];

export const headlessPolicy: Rule = {
  code: 'HEADLESS_POLICY',
  severity: 'info',
  layer: 'mesh',
  title: 'Policy by which a proxy chooses a pod, for a Service whose clients choose it themselves.',
  reads: ['mesh/trafficPolicy', 'mesh/service'],
  why: 'The clients of a headless Service resolve and call pods by address or by <pod>.<service>: connections over TCP are passed on to that address (ORIGINAL_DST), so that ejection, load balancing and subsets decide nothing (pilot core, buildOutboundCluster).',
  fix: 'A Service with a cluster address for what is to be balanced, or no such policy.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, place, values }) => {
      const { level, blocks, subsets, host } = values;
      const chosen = [
        ...BALANCING.filter((block) => blocks.includes(block)),
        ...(subsets.length > 0 ? ['subsets'] : []),
      ];
      const found = registryOf(all).services(host.value);
      if (level !== 'destination' || chosen.length === 0 || found.kind !== 'found') return [];
      const [service, ...others] = found.items;
      if (service?.values.isHeadless !== true || others.length > 0) return [];
      const isHttp = service.values.ports.some((port) => protocolOfPort(port) === 'http');
      return [
        {
          target,
          at: place,
          also: [service.place],
          message: `${service.target} is headless: ${isHttp ? 'for calls to its pods by their own names' : 'its clients connect to pods by address, and'} ${chosen.join(', ')} of ${target} ${chosen.length === 1 ? 'does' : 'do'} not act.`,
          fix: 'A second Service with a cluster address for calls that are to be balanced.',
        },
      ];
    }),
};
