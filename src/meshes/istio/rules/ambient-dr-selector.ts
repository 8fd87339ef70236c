import { asConsumer } from '../effective/ambient-layer.js';
import { pathTo } from '../effective/ambient.js';
import { isSelected } from '../../../flow/selection.js';
import type { Rule } from '../../../rules/rule.js';

export const ambientDrSelector: Rule = {
  code: 'AMBIENT_DR_SELECTOR',
  severity: 'error',
  layer: 'mesh',
  title: 'A DestinationRule for certain callers, at a waypoint, to which they are one.',
  reads: ['mesh/trafficPolicy', 'mesh/service'],
  why: "workloadSelector is compared with the labels of the proxy that sends: at a waypoint with the waypoint's own (cluster_waypoint.go; measured: no limits, no ejection, connect timeout 10 s).",
  fix: 'A DestinationRule without workloadSelector in the namespace of the Service.',
  check: ({ all }) =>
    all('mesh/trafficPolicy').flatMap(({ target, namespace, place, values }) => {
      const { selector, level, host } = values;
      if (selector === undefined || level !== 'destination') return [];
      const path = pathTo(host.value, { namespace, labels: undefined }, all);
      if (path.kind !== 'waypoint') return [];
      // Labels that the waypoint's pods have besides, nobody can know.
      const isOfWaypoint =
        isSelected(selector, asConsumer(path.waypoint).labels) ||
        Object.keys(selector).some((key) => key.startsWith('gateway.'));
      if (isOfWaypoint) return [];
      return [
        {
          target,
          at: place,
          also: [path.service.place],
          message: `${target} is for pods with ${labelsIn(selector)}, and ${host.value} is called by its waypoint ${path.waypoint.name}, which has no such labels: nothing of it acts.`,
          fix: 'No workloadSelector: what it limits is then shared by all callers.',
        },
      ];
    }),
};

function labelsIn(selector: Readonly<Record<string, string>>): string {
  return Object.entries(selector)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ');
}
