import { gatewayOf } from '../written/waypoints.js';
import { waypointOf } from '../effective/ambient.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientHeadless: Rule = {
  code: 'AMBIENT_HEADLESS',
  severity: 'warning',
  layer: 'mesh',
  title: 'A headless Service names a waypoint that calls to it do not pass.',
  reads: ['mesh/service'],
  why: 'ztunnel finds the waypoint of a Service by its cluster address. A headless Service has none: its clients connect to addresses of pods, past the waypoint and its policies.',
  fix: 'A Service with a cluster address, or a waypoint for workloads (istio.io/waypoint-for: workload).',
  check: (composition) =>
    composition.all('mesh/service').flatMap((service) => {
      const { target, place, values } = service;
      // Named by the Service itself: a namespace names one for whatever can use it.
      if (!values.isHeadless || values.labels['istio.io/use-waypoint'] === undefined) return [];
      const waypoint = waypointOf(service, composition.all);
      if (typeof waypoint === 'string') return [];
      const serves = gatewayOf(waypoint, composition)?.serves;
      if (serves === 'workload' || serves === 'all') return [];
      return [
        {
          target,
          at: place,
          message: `${target} is headless and names the waypoint ${waypoint.name}: its clients connect to pods by address, and nothing of the waypoint's policy holds for them.`,
          fix: 'A Service with a cluster address for calls that are to pass the waypoint.',
        },
      ];
    }),
};
